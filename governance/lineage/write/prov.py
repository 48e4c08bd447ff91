"""A lineage as W3C PROV-JSON (member submission of 2013-04-24).

What happened (runs, jobs) are activities, all else are entities. Edges become the relation of
PROV-DM that says the same: `wasGeneratedBy`, `used`, `wasDerivedFrom`, `wasInformedBy`; where none
does (an alias stands for a version), `wasInfluencedBy`. Each carries `tutela:relation`, so that
every edge can be read back. Copies are one entity with several `prov:location`.
"""

from collections.abc import Mapping
from datetime import datetime

from governance.lineage.graph import Edge, Graph, Node
from governance.lineage.licences import spdx
from governance.lineage.write import iri

PREFIXES = {"node": iri.NODES, "tutela": iri.TERMS}
"""PROV-JSON knows `prov` and `xsd` without being told."""

_ENDS = {
    "wasGeneratedBy": ("prov:entity", "prov:activity"),
    "used": ("prov:activity", "prov:entity"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasInformedBy": ("prov:informed", "prov:informant"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
}
"""Relation -> its later and its earlier end."""

Json = dict[str, object]


def document(graph: Graph, now: datetime) -> Json:
    """Return the document; the same graph and time always give the same one."""
    parts: dict[str, dict[str, object]] = {"prefix": dict(PREFIXES), "entity": {}, "activity": {}}
    parts["entity"]["tutela:lineage"] = {
        "prov:label": "when this was known",
        "tutela:asOf": _literal(iri.time(now), "xsd:dateTime"),
    }
    for node in graph.nodes:
        kind = "activity" if node.is_activity else "entity"
        parts[kind][_name(node.id)] = _node(node)
    for number, edge in enumerate(graph.edges):
        relation, record = _edge(edge, graph)
        parts.setdefault(relation, {})[f"_:e{number}"] = record
    return {name: held for name, held in parts.items() if held}


def _name(identity: str) -> str:
    return f"node:{iri.local(identity)}"


def _literal(text: str, kind: str) -> Json:
    return {"$": text, "type": kind}


def _node(node: Node) -> Json:
    said: Json = {
        "prov:label": node.name,
        "prov:type": _literal(f"tutela:{node.type}", "prov:QUALIFIED_NAME"),
    }
    if node.is_activity:
        if node.started is not None:
            said["prov:startTime"] = iri.time(node.started)
        if node.ended is not None:
            said["prov:endTime"] = iri.time(node.ended)
    elif locations := iri.places(node):
        said["prov:location"] = _one([_literal(one, "xsd:anyURI") for one in locations])
    more: Mapping[str, object] = {
        "tutela:status": node.status,
        "tutela:missing": None if node.there else _literal("true", "xsd:boolean"),
        "tutela:licence": _one([spdx(one.words) or one.words for one in node.licences]),
        "tutela:digest": _one([f"{algorithm}:{digits}" for algorithm, digits in iri.digests(node)]),
    }
    if node.artifact is not None:
        more = {
            **more,
            "tutela:id": node.artifact.id,
            "tutela:bytes": _literal(str(node.artifact.bytes), "xsd:integer"),
            "tutela:step": None
            if node.artifact.step is None
            else _literal(str(node.artifact.step), "xsd:integer"),
        }
    return said | {name: value for name, value in more.items() if value not in (None, [])}


def _one(values: list[object] | list[Json] | list[str]) -> object:
    """One value alone, several as a list, none as None; each only once."""
    different = [value for at, value in enumerate(values) if value not in values[:at]]
    if len(different) == 1:
        return different[0]
    return different or None


def _edge(edge: Edge, graph: Graph) -> tuple[str, Json]:
    relation = _relation(edge, graph.node(edge.product), graph.node(edge.origin))
    later, earlier = _ENDS[relation]
    said: Json = {
        later: _name(edge.product),
        earlier: _name(edge.origin),
        "tutela:relation": edge.relation,
        "tutela:trusted": _literal(str(edge.trusted).lower(), "xsd:boolean"),
    }
    if words := _one([one.words for one in edge.said]):
        said["tutela:words"] = words
    if sources := _one([f"{one.kind} ({one.source})" for one in edge.said]):
        said["tutela:source"] = sources
    if edge.cycle:
        said["tutela:cycle"] = _literal("true", "xsd:boolean")
    return relation, said


def _relation(edge: Edge, product: Node, origin: Node) -> str:
    if edge.relation == "names":
        return "wasInfluencedBy"
    if edge.relation == "made":
        entity_of_activity = origin.is_activity and not product.is_activity
        return "wasGeneratedBy" if entity_of_activity else "wasInfluencedBy"
    if product.is_activity:
        return "wasInformedBy" if origin.is_activity else "used"
    return "wasInfluencedBy" if origin.is_activity else "wasDerivedFrom"
