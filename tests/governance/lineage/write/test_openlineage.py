import importlib
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import attr
from hypothesis import given
from openlineage.client import event_v2
from openlineage.client.generated import base
from openlineage.client.serde import Serde

from governance.lineage.graph import Artifact, Edge, Graph, Node
from governance.lineage.write.openlineage import events, run_id
from tests.governance.lineage.graphs import NOW, edges_of, graphs

FACETS = {
    "jobDependencies": ("job_dependencies_run", "JobDependenciesRunFacet"),
    "datasetType": ("dataset_type_dataset", "DatasetTypeDatasetFacet"),
    "symlinks": ("symlinks_dataset", "SymlinksDatasetFacet"),
    "version": ("dataset_version_dataset", "DatasetVersionDatasetFacet"),
    "tags": ("tags_dataset", "TagsDatasetFacet"),
}
RUN = Node("mlflow:lab/run/1", "run", label="sft", status="finished", started=NOW, ended=NOW)
DATA = Node(
    "artifact:aa",
    "dataset",
    artifact=Artifact("aa", "s3://lab/data/c/", "dataset", "x", 7, 1, True, "", None, "p", None),
    also=("s3://other/c/",),
)


def typed(event: dict[str, Any]) -> Any:
    """The event as the library's own class, which checks ids, times, states and URLs."""
    event = json.loads(json.dumps(event))
    check_facets(event)
    fields = {name: value for name, value in event.items() if name != "schemaURL"}
    fields["job"] = event_v2.Job(**event["job"])
    fields["inputs"] = [event_v2.InputDataset(**one) for one in event["inputs"]]
    fields["outputs"] = [event_v2.OutputDataset(**one) for one in event["outputs"]]
    if "run" in event:
        fields["run"] = event_v2.Run(**event["run"])
        fields["eventType"] = event_v2.RunState(event["eventType"])
        made: Any = event_v2.RunEvent(**fields)
    else:
        made = event_v2.JobEvent(**fields)
    assert made.schemaURL == event["schemaURL"]
    return made


def check_facets(event: dict[str, Any]) -> None:
    holders = [*event["inputs"], *event["outputs"], event["job"], event.get("run", {})]
    for holder in holders:
        for kind in ("facets", "inputFacets", "outputFacets"):
            for name, facet in holder.get(kind, {}).items():
                assert urlsplit(facet["_schemaURL"]).scheme
                assert urlsplit(facet["_producer"]).scheme
                if name in FACETS:
                    check_facet(name, facet)


def check_facet(name: str, facet: dict[str, Any]) -> None:
    """The library's class takes every field, and names the same schema."""
    module, class_name = FACETS[name]
    kind = getattr(importlib.import_module(f"openlineage.client.generated.{module}"), class_name)
    fields = {key: value for key, value in facet.items() if not key.startswith("_")}
    assert set(fields) <= {field.name for field in attr.fields(kind)}
    assert facet["_schemaURL"] == kind._get_schema()
    kind(**fields, producer=facet["_producer"])


def edges_in(every: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    edges = set()
    for event in every:
        if "run" not in event:
            (output,) = event["outputs"]
            product = output["facets"]["tutela_node"]["id"]
        else:
            product = event["job"]["facets"]["tutela_node"]["id"]
        pairs = [
            (one["facets"]["tutela_node"]["id"], product, one["inputFacets"]["tutela_edge"])
            for one in event["inputs"]
        ]
        pairs += [
            (product, one["facets"]["tutela_node"]["id"], one["outputFacets"]["tutela_edge"])
            for one in event["outputs"]
            if "tutela_edge" in one["outputFacets"]
        ]
        found = [(origin, later, said["relation"]) for origin, later, said in pairs]
        facets = event.get("run", {}).get("facets", {})
        found += [
            (one["job"]["name"], product, one["dependency_type"].lower())
            for one in facets.get("jobDependencies", {}).get("upstream", [])
        ]
        for origin, later, relation in found:
            edges.add(
                (origin, later, relation) if relation == "made" else (later, origin, relation)
            )
    return edges


@given(graphs())
def test_no_edge_is_lost_and_the_library_takes_every_event(graph: Graph) -> None:
    every = list(events(graph, NOW))
    # What the library would send.
    sent = [json.loads(Serde.to_json(typed(event))) for event in every]
    assert edges_in([json.loads(json.dumps(event)) for event in every]) == edges_of(graph)
    assert len(sent) == len(every)


@given(graphs())
def test_every_run_has_its_events_with_one_id(graph: Graph) -> None:
    runs: dict[str, list[str]] = {}
    for event in events(graph, NOW):
        if "run" in event:
            found: Any = event
            assert UUID(found["run"]["runId"]).version == 5
            runs.setdefault(found["job"]["name"], []).append(found["eventType"])
    assert set(runs) == {node.id for node in graph.nodes if node.is_activity}
    for kinds in runs.values():
        assert kinds[:-1] in ([], ["START"])
        assert kinds[-1] in {state.value for state in base.EventType} - {"START"}


@given(graphs())
def test_the_same_graph_gives_the_same_events(graph: Graph) -> None:
    again = Graph.of(graph.start, reversed(graph.nodes), reversed(graph.edges), graph.more)
    assert list(events(graph, NOW)) == list(events(again, NOW))


def test_a_run_that_read_a_data_set_in_a_bucket() -> None:
    graph = Graph.of(None, [RUN, DATA], [Edge(RUN.id, DATA.id, "needs")])
    start, end = (typed(event) for event in events(graph, NOW))
    assert start.eventType is event_v2.RunState.START
    assert end.eventType is event_v2.RunState.COMPLETE
    assert end.run.runId == run_id(RUN.id)
    (read,) = end.inputs
    assert (read.namespace, read.name) == ("s3://lab", "data/c/")
    assert read.facets["symlinks"]["identifiers"] == [
        {"namespace": "s3://other", "name": "c/", "type": "LOCATION"}
    ]
