from hypothesis import given

from blueprints.display import WIDTH, visible, width
from governance.lineage.graph import Edge, Graph, More, Node, Said
from governance.lineage.licences import licences
from governance.lineage.write.licence_text import text
from tests.governance.lineage.graphs import graphs


@given(graphs())
def test_no_line_is_too_wide_and_nothing_in_it_can_act(graph: Graph) -> None:
    for line in text(licences(graph), graph).split("\n"):
        assert width(line) <= WIDTH + 12  # the mark "(not there)" is never cut
        assert visible(line) == line


def test_a_list_in_full() -> None:
    said = (Said("mit", "links", "w", True), Said("my own", "store", "b", False, at="s3://b/R.md"))
    graph = Graph.of(
        "a",
        [Node("a", "model"), Node("b", "dataset", licences=said)],
        [Edge("a", "b", "needs")],
        [More("b", "up", "thing", 1)],
    )
    assert text(licences(graph, ["a doubt"]), graph).split("\n") == [
        "Licences that a has and inherits",
        "",
        "  unknown",
        "    model a",
        "  MIT | my own (no SPDX identifier)",
        "    dataset b",
        "    said by links (w)",
        "    said by store (b), which is not registered at s3://b/R.md",
        "    way: b -> this",
        "",
        "Known: MIT, my own",
        "Unknown: 1 of 2; nobody states them",
        "Contradictions: 1; both are shown",
        "There are more ancestors than were looked at.",
        "a doubt",
    ]
