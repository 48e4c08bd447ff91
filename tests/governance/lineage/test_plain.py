import json
from typing import Any

from hypothesis import given

from governance.lineage.graph import Graph
from governance.lineage.licences import licences
from governance.lineage.plain import plain, plain_licences
from tests.governance.lineage.graphs import edges_of, graphs


@given(graphs())
def test_a_graph_is_plain_data_with_every_node_and_edge(graph: Graph) -> None:
    said: Any = json.loads(json.dumps(plain(graph), allow_nan=False))
    assert {(one["holder"], one["target"], one["relation"]) for one in said["edges"]} == edges_of(
        graph
    )
    assert [one["id"] for one in said["nodes"]] == [node.id for node in graph.nodes]
    assert said["missing"] == [node.id for node in graph.nodes if not node.there]


@given(graphs())
def test_licences_are_plain_data_with_every_ancestor(graph: Graph) -> None:
    found = licences(graph)
    said: Any = json.loads(json.dumps(plain_licences(found), allow_nan=False))
    assert [one["node"] for one in said["every"]] == [one.node.id for one in found.every]
    assert all(one["licences"] or one["node"] for one in said["every"])
