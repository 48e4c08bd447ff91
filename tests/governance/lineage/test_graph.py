from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given

from governance.lineage.graph import Edge, Graph, Node, Said, components
from tests.governance.lineage.graphs import graphs

A, B, C = Node("a"), Node("b"), Node("c", there=False)


def test_an_edge_goes_from_what_came_first_to_what_was_made_of_it() -> None:
    needs, made = Edge("run", "data", "needs"), Edge("run", "model", "made")
    assert (needs.origin, needs.product) == ("data", "run")
    assert (made.origin, made.product) == ("run", "model")


def test_nodes_and_edges_are_in_the_order_of_their_ids() -> None:
    graph = Graph.of("a", [C, A, B], [Edge("b", "c", "needs"), Edge("a", "b", "needs")])
    assert [node.id for node in graph.nodes] == ["a", "b", "c"]
    assert [edge.holder for edge in graph.edges] == ["a", "b"]
    assert graph.first == A
    assert graph.missing == (C,)


def test_a_graph_of_everything_starts_nowhere() -> None:
    with pytest.raises(ValueError, match="starts nowhere"):
        _ = Graph.of(None, [A], []).first


def test_cycles_are_marked_and_named() -> None:
    edges = [Edge("a", "b", "needs"), Edge("b", "a", "needs"), Edge("b", "c", "needs")]
    graph = Graph.of("a", [A, B, C], [*edges, Edge("c", "c", "needs")])
    assert graph.cycles == (("a", "b"), ("c",))
    assert [edge.cycle for edge in graph.edges] == [True, True, False, True]


def test_something_is_trusted_when_any_registered_source_says_it() -> None:
    bucket, server = Said("x", "store", "b", False), Said("x", "mlflow", "s", True)
    assert not Edge("a", "b", "needs", (bucket,)).trusted
    assert Edge("a", "b", "needs", (bucket, server)).trusted


@given(graphs(most=12))
def test_components_are_those_that_networkx_finds(graph: Graph) -> None:
    found: dict[int, set[str]] = {}
    for node, number in components([node.id for node in graph.nodes], graph.edges).items():
        found.setdefault(number, set()).add(node)
    peer: nx.DiGraph[str] = nx.DiGraph()
    peer.add_nodes_from(node.id for node in graph.nodes)
    peer.add_edges_from((edge.origin, edge.product) for edge in graph.edges)
    assert {frozenset(held) for held in found.values()} == set(
        map(frozenset, nx.strongly_connected_components(peer))
    )


def test_a_chain_of_ten_thousand_needs_no_deep_stack() -> None:
    nodes = [Node(f"{number:05}") for number in range(10_000)]
    edges = [Edge(own.id, other.id, "needs") for own, other in pairwise(nodes)]
    assert Graph.of("00000", nodes, edges).cycles == ()
