import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from rocrate.rocrate import ROCrate

from governance.lineage.graph import Artifact, Edge, Graph, Node, Said
from governance.lineage.write import iri
from governance.lineage.write.rocrate import METADATA, PROFILE, UNRECORDED, crate
from tests.governance.lineage.graphs import NOW, edges_of, graphs

PROPERTIES = {"object": "needs", "instrument": "needs", "result": "made", "isBasedOn": "needs"}
RUN = Node("mlflow:lab/run/1", "run", label="sft", status="finished", started=NOW, ended=NOW)
DATA = Node(
    "artifact:aa",
    "dataset",
    artifact=Artifact("aa", "s3://lab/d a/", "dataset", "x", 7, 1, True, "", None, "p", NOW),
    licences=(Said("cc-by-4.0", "store", "s", False), Said("ask first", "links", "w", True)),
)
CODE = Node("commit:ab", "code")


def read_back(graph: Graph) -> ROCrate:
    """Through the standard's own library, from a folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, METADATA).write_text(json.dumps(crate(graph, NOW)), encoding="utf-8")
        return ROCrate(folder)


def edges_in(found: ROCrate) -> set[tuple[str, str, str]]:
    names = {
        entity.id: iri.identity_of(str(entity["identifier"]).removeprefix(iri.NODES))
        for entity in found.get_entities()
        if str(entity.get("identifier", "")).startswith(iri.NODES)
    }
    edges = set()
    for entity in found.get_entities():
        if entity.id not in names:
            continue
        for name in (*PROPERTIES, "names", "needs", "made"):
            for other in many(entity.get(name)):
                if other.id != UNRECORDED:
                    relation = PROPERTIES.get(name, name)
                    edges.add((names[entity.id], names[other.id], relation))
    return edges


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


@settings(deadline=None)
@given(graphs())
def test_the_library_reads_back_every_edge(graph: Graph) -> None:
    assert edges_in(read_back(graph)) == edges_of(graph)


@settings(deadline=None)
@given(graphs())
def test_it_keeps_to_the_process_run_profile(graph: Graph) -> None:
    found = read_back(graph)
    assert found.root_dataset["conformsTo"].id == PROFILE
    listed = {one.id for one in many(found.root_dataset.get("mentions"))}
    actions = [one for one in found.get_entities() if one.type == "CreateAction"]
    assert {one.id for one in actions} == listed
    for action in actions:
        kinds = {one.type for one in many(action["instrument"])}
        # The image or commit may be an artifact of its own.
        assert kinds
        assert kinds <= {"SoftwareApplication", "SoftwareSourceCode", "Dataset", "File"}


@given(graphs())
def test_every_reference_is_described_and_every_id_is_there_once(graph: Graph) -> None:
    said: Any = crate(graph, NOW)
    ids = [entity["@id"] for entity in said["@graph"]]
    assert len(ids) == len(set(ids))
    outside = ("http://schema.org/", "https://w3id.org/")
    for entity in said["@graph"]:
        for name, value in entity.items():
            for one in many(value):
                if isinstance(one, dict) and name != "@id":
                    assert one["@id"] in ids or one["@id"].startswith(outside)


@given(graphs())
def test_the_same_graph_gives_the_same_crate(graph: Graph) -> None:
    again = Graph.of(graph.start, reversed(graph.nodes), reversed(graph.edges), graph.more)
    assert json.dumps(crate(graph, NOW)) == json.dumps(crate(again, NOW))


def test_a_run_with_its_code_and_its_data() -> None:
    graph = Graph.of(
        RUN.id,
        [RUN, DATA, CODE],
        [Edge(RUN.id, DATA.id, "needs"), Edge(RUN.id, CODE.id, "needs")],
    )
    found = read_back(graph)
    action = found.dereference("#mlflow%3Alab%2Frun%2F1")
    assert [one.id for one in action["object"]] == ["s3://lab/d%20a/"]
    assert [one.type for one in action["instrument"]] == ["SoftwareSourceCode"]
    assert action["endTime"] == "2026-11-22T01:20:00Z"
    data = found.dereference("s3://lab/d%20a/")
    assert [getattr(one, "id", one) for one in data["license"]] == [
        "https://spdx.org/licenses/CC-BY-4.0",
        "ask first",
    ]
