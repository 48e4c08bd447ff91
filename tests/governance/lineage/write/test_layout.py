from hypothesis import given

from governance.lineage.graph import Edge, Graph, Node
from governance.lineage.write.layout import Sizes, draw
from tests.governance.lineage.graphs import edges_of, graphs

SIZES = Sizes()


@given(graphs(most=12))
def test_every_node_and_edge_is_drawn_and_no_two_nodes_touch(graph: Graph) -> None:
    drawing = draw(graph)
    assert {one.id for one in drawing.nodes} == {node.id for node in graph.nodes}
    assert {line.edge.key for line in drawing.lines} == edges_of(graph)
    places = [(one.x, one.y) for one in drawing.nodes]
    for number, (x, y) in enumerate(places):
        assert 0 <= x <= drawing.width - SIZES.width
        assert 0 <= y <= drawing.height - SIZES.height
        for across, down in places[number + 1 :]:
            assert abs(x - across) >= SIZES.width or abs(y - down) >= SIZES.height


@given(graphs(most=12))
def test_what_was_made_stands_right_of_what_it_was_made_from(graph: Graph) -> None:
    left = {one.id: one.x for one in draw(graph).nodes}
    for edge in graph.edges:
        if not edge.cycle:
            assert left[edge.origin] < left[edge.product]


@given(graphs(most=12))
def test_an_edge_goes_from_its_origin_to_its_product(graph: Graph) -> None:
    drawing = draw(graph)
    places = {one.id: one for one in drawing.nodes}
    for line in drawing.lines:
        (x, y), (last, low) = line.points[0], line.points[-1]
        origin, product = places[line.edge.origin], places[line.edge.product]
        assert x in (origin.x, origin.x + SIZES.width)
        assert last in (product.x, product.x + SIZES.width)
        assert origin.y <= y <= origin.y + SIZES.height
        assert product.y <= low <= product.y + SIZES.height


@given(graphs())
def test_the_same_graph_is_drawn_alike(graph: Graph) -> None:
    again = Graph.of(graph.start, reversed(graph.nodes), reversed(graph.edges))
    assert draw(graph).nodes == draw(again).nodes


def test_an_edge_over_several_columns_goes_around() -> None:
    nodes = [Node(name) for name in "abcd"]
    edges = [Edge(own, other, "needs") for own, other in ("ab", "bc", "cd", "ad")]
    lines = {line.edge.key: line.points for line in draw(Graph.of("a", nodes, edges)).lines}
    assert len(lines["a", "d", "needs"]) == 6
    assert len(lines["a", "b", "needs"]) == 2
