"""A lineage as plain data, schema `tutela/lineage/v1`. Texts are raw."""

from datetime import datetime

from governance.lineage.graph import Edge, Graph, Node, Said
from governance.lineage.licences import Licences, spdx

SCHEMA = "tutela/lineage/v1"


def plain(graph: Graph) -> dict[str, object]:
    """Return the whole graph; nodes and edges are in the order of their ids."""
    return {
        "start": graph.start,
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [_edge(edge) for edge in graph.edges],
        "left_out": [
            {
                "node": one.node,
                "direction": one.direction,
                "kind": one.kind,
                "count": one.count,
            }
            for one in graph.more
        ],
        "missing": [node.id for node in graph.missing],
        "cycles": [list(cycle) for cycle in graph.cycles],
        "cut": graph.cut,
    }


def _node(node: Node) -> dict[str, object]:
    artifact = node.artifact
    return {
        "id": node.id,
        "type": node.type,
        "name": node.name,
        "there": node.there,
        "artifact": None
        if artifact is None
        else {
            "id": artifact.id,
            "uri": artifact.uri,
            "kind": artifact.kind,
            "layout": artifact.layout,
            "bytes": artifact.bytes,
            "complete": artifact.complete,
            "run": artifact.run,
            "step": artifact.step,
            "project": artifact.project,
        },
        "also": list(node.also),
        "licences": [{**_said(one), "spdx": spdx(one.words)} for one in node.licences],
        "digests": list(node.digests),
        "status": node.status,
        "started": _time(node.started),
        "ended": _time(node.ended),
    }


def _edge(edge: Edge) -> dict[str, object]:
    return {
        "holder": edge.holder,
        "target": edge.target,
        "relation": edge.relation,
        "claims": edge.claims,
        "trusted": edge.trusted,
        "cycle": edge.cycle,
        "said": [_said(one) for one in edge.said],
    }


def _said(one: Said) -> dict[str, object]:
    return {
        "words": one.words,
        "kind": one.kind,
        "source": one.source,
        "trusted": one.trusted,
        "at": one.at,
        "since": _time(one.since),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def plain_licences(found: Licences) -> dict[str, object]:
    """Return what a node inherits."""
    return {
        "node": found.start.id,
        "whole": found.whole,
        "known": list(found.names),
        "every": [
            {
                "node": one.node.id,
                "name": one.node.name,
                "type": one.node.type,
                "there": one.node.there,
                "licences": [
                    {
                        "text": licence.text,
                        "spdx": licence.spdx,
                        "said": [_said(said) for said in licence.said],
                    }
                    for licence in one.licences
                ],
                "path": [edge.origin for edge in one.path],
            }
            for one in found.every
        ],
    }
