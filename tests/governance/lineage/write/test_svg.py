from xml.etree import ElementTree as ET

from hypothesis import given

from governance.lineage.graph import Edge, Graph, Node, Said
from governance.lineage.write.svg import text
from tests.governance.lineage.graphs import graphs

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "style", "rect", "defs", "marker", "path", "g", "text"}


@given(graphs())
def test_it_is_xml_that_loads_and_runs_nothing(graph: Graph) -> None:
    root = ET.fromstring(text(graph))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert "url(" not in text(graph).replace("url(#tip)", "")


@given(graphs())
def test_every_node_and_edge_has_a_title(graph: Graph) -> None:
    root = ET.fromstring(text(graph))
    titles = [group.find(f"{SVG}title") for group in root.iter(f"{SVG}g")]
    assert len(titles) == len(graph.nodes) + len(graph.edges)
    assert all(title is not None and title.text for title in titles)


def test_what_it_is_about_is_said_to_those_who_listen() -> None:
    said = (Said("the words", "mlflow", "lab", True),)
    graph = Graph.of("a", [Node("a", "model"), Node("b")], [Edge("a", "b", "needs", said)])
    root = ET.fromstring(text(graph))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Lineage of a"
    assert "a needs b: the words (mlflow)" in text(graph)


def test_inside_of_a_page_it_has_no_style_of_its_own() -> None:
    graph = Graph.of("a", [Node("a")], [])
    assert "<style>" in text(graph)
    assert "<style>" not in text(graph, inside=True)
