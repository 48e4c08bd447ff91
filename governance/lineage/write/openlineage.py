"""A lineage as OpenLineage events (specification 2-0-2), one JSON object a line.

Every run and job is a RunEvent with what it read and wrote. What other nodes need or stand for has
no run: that is a JobEvent, the job being the relation. Each input and output carries the facet
`tutela_edge`, each data set the facet `tutela_node`, so that every edge can be read back; a run
that needs another one has it in the standard's `jobDependencies`.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime

from governance.lineage.graph import Edge, Graph, Node
from governance.lineage.licences import spdx
from governance.lineage.write import iri

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
NAMESPACE = "tutela"
_FACETS = "https://openlineage.io/spec/facets/"
_TYPES = {"model": "MODEL", "adapter": "MODEL", "checkpoint": "MODEL", "dataset": "DATASET"}
_STATES = {
    "running": "RUNNING",
    "finished": "COMPLETE",
    "failed": "FAIL",
    "killed": "ABORT",
}

Json = dict[str, object]


def events(graph: Graph, now: datetime) -> Iterator[Json]:
    """Yield the events; the same graph and time always give the same ones.

    What has no time of its own has `now`, as of which it is known.
    """
    by_run: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes if node.is_activity}
    others: dict[tuple[str, str], list[Edge]] = {}
    for edge in graph.edges:
        # Of two runs the later one tells of both.
        if edge.product in by_run:
            by_run[edge.product].append(edge)
        elif edge.origin in by_run:
            by_run[edge.origin].append(edge)
        else:
            others.setdefault((edge.relation, edge.product), []).append(edge)
    for identity, edges in by_run.items():
        yield from _run(graph.node(identity), edges, graph, now)
    for (relation, product), edges in sorted(others.items()):
        yield _job(relation, graph.node(product), edges, graph, now)


def run_id(identity: str) -> str:
    """Return the UUID of a run: the same for the same run, wherever it is computed."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, iri.iri(identity)))


def _run(run: Node, edges: list[Edge], graph: Graph, now: datetime) -> Iterator[Json]:
    kind = _STATES.get((run.status or "").partition(",")[0], "OTHER")
    head: Json = {"producer": iri.PRODUCER, "schemaURL": f"{SPEC}RunEvent"}
    job = {"namespace": NAMESPACE, "name": run.id, "facets": {"tutela_node": _facet(_node(run))}}
    if run.started is not None and kind != "RUNNING":
        yield {
            **head,
            "eventType": "START",
            "eventTime": iri.time(run.started),
            "run": {"runId": run_id(run.id), "facets": {}},
            "job": job,
            "inputs": [],
            "outputs": [],
        }
    inputs, outputs, upstream = [], [], []
    for edge in edges:
        origin, product = graph.node(edge.origin), graph.node(edge.product)
        if origin.is_activity and product.is_activity:
            upstream.append(_dependency(origin, edge))
        elif product.id == run.id:
            inputs.append({**_dataset(origin), "inputFacets": {"tutela_edge": _said(edge)}})
        else:
            outputs.append({**_dataset(product), "outputFacets": {"tutela_edge": _said(edge)}})
    facets: Json = {}
    if upstream:
        schema = f"{_FACETS}1-0-1/JobDependenciesRunFacet.json#/$defs/JobDependenciesRunFacet"
        facets["jobDependencies"] = _facet({"upstream": upstream, "downstream": []}, schema)
    yield {
        **head,
        "eventType": kind,
        "eventTime": iri.time(run.ended or run.started or now),
        "run": {"runId": run_id(run.id), "facets": facets},
        "job": job,
        "inputs": inputs,
        "outputs": outputs,
    }


def _dependency(run: Node, edge: Edge) -> Json:
    return {
        "job": {"namespace": NAMESPACE, "name": run.id},
        "run": {"runId": run_id(run.id)},
        "dependency_type": edge.relation.upper(),
    }


def _job(relation: str, product: Node, edges: list[Edge], graph: Graph, now: datetime) -> Json:
    return {
        "producer": iri.PRODUCER,
        "schemaURL": f"{SPEC}JobEvent",
        "eventTime": iri.time(now),
        "job": {"namespace": NAMESPACE, "name": f"{relation} {product.id}", "facets": {}},
        "inputs": [
            {**_dataset(graph.node(edge.origin)), "inputFacets": {"tutela_edge": _said(edge)}}
            for edge in edges
        ],
        "outputs": [{**_dataset(product), "outputFacets": {}}],
    }


def _dataset(node: Node) -> Json:
    namespace, name = _called(node)
    facets: Json = {"tutela_node": _facet(_node(node))}
    if node.artifact is not None:
        facets["datasetType"] = _facet(
            {"datasetType": _TYPES.get(node.type, "FILE"), "subType": node.type},
            f"{_FACETS}1-0-1/DatasetTypeDatasetFacet.json#/$defs/DatasetTypeDatasetFacet",
        )
    if node.also:
        identifiers = [
            {"namespace": place, "name": path, "type": "LOCATION"}
            for place, path in map(_divided, node.also)
        ]
        facets["symlinks"] = _facet(
            {"identifiers": identifiers},
            f"{_FACETS}1-0-1/SymlinksDatasetFacet.json#/$defs/SymlinksDatasetFacet",
        )
    if node.digests:
        facets["version"] = _facet(
            {"datasetVersion": node.digests[0]},
            f"{_FACETS}1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet",
        )
    if node.licences:
        tags = [
            {"key": "licence", "value": spdx(one.words) or one.words, "source": one.kind}
            for one in node.licences
        ]
        facets["tags"] = _facet(
            {"tags": tags}, f"{_FACETS}1-0-0/TagsDatasetFacet.json#/$defs/TagsDatasetFacet"
        )
    return {"namespace": namespace, "name": name, "facets": facets}


def _called(node: Node) -> tuple[str, str]:
    """As the standard calls data sets in stores: `s3://bucket` and the key."""
    if node.artifact is None or node.artifact.slot:
        return NAMESPACE, node.id
    return _divided(node.artifact.uri)


def _divided(uri: str) -> tuple[str, str]:
    scheme, _, rest = uri.partition("://")
    if scheme == "file":
        return "file", rest or "/"
    bucket, _, key = rest.partition("/")
    return f"{scheme}://{bucket}", key or "/"


def _node(node: Node) -> Json:
    return {
        "id": node.id,
        "type": node.type,
        "label": node.name,
        "missing": not node.there,
        "status": node.status,
        "bytes": None if node.artifact is None else node.artifact.bytes,
    }


def _said(edge: Edge) -> Json:
    return _facet(
        {
            "relation": edge.relation,
            "trusted": edge.trusted,
            "cycle": edge.cycle,
            "words": [one.words for one in edge.said],
            "sources": [f"{one.kind} ({one.source})" for one in edge.said],
        }
    )


def _facet(content: Json, schema: str = f"{iri.TERMS}facet") -> Json:
    kept = {name: value for name, value in content.items() if value is not None}
    return {"_producer": iri.PRODUCER, "_schemaURL": schema, **kept}
