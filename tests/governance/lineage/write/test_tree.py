from itertools import pairwise

from hypothesis import given

from blueprints.display import WIDTH, visible, width
from governance.lineage.graph import Edge, Graph, More, Node, Said
from governance.lineage.write.tree import MOST_LINES, neighbours, text
from tests.governance.lineage.graphs import graphs

SAID = (Said("words", "mlflow", "lab", True),)


def needs(holder: str, target: str) -> Edge:
    return Edge(holder, target, "needs", SAID)


def graph(*edges: Edge, more: tuple[More, ...] = ()) -> Graph:
    names = sorted({end for edge in edges for end in (edge.holder, edge.target)} | {"a"})
    return Graph.of("a", [Node(name) for name in names], edges, more)


@given(graphs())
def test_no_line_is_too_wide_and_nothing_in_it_can_act(found: Graph) -> None:
    for line in text(found).split("\n"):
        assert width(line) <= WIDTH
        assert visible(line) == line


@given(graphs())
def test_every_node_that_is_reached_is_named(found: Graph) -> None:
    said = text(found)
    for direction, title in (("up", "Made from"), ("down", "Used by")):
        near = neighbours(found, direction)  # type: ignore[arg-type]
        assert title in said
        reached, front = {found.first.id}, [found.first.id]
        while front:
            front = [
                other
                for node in front
                for _, other in near.get(node, [])
                if other not in reached and not reached.add(other)  # type: ignore[func-returns-value]
            ]
        assert said.count("\n") >= len(reached) - 1


def test_a_tree_in_full() -> None:
    found = graph(
        needs("a", "b"),
        needs("b", "c"),
        needs("a", "c"),
        needs("d", "a"),
        needs("c", "a"),
        more=(More("c", "up", "checkpoint", 312), More("a", "down", "thing", 1)),
    )
    assert text(found).split("\n") == [
        "a",
        "unknown",
        "",
        "Made from",
        "  ├─ needs b (mlflow)",
        "  │  └─ needs c (mlflow)",
        "  │     ├─ needs a (the circle is closed, mlflow)",
        "  │     └─ … 312 more checkpoints",
        "  └─ needs c (see above, mlflow)",
        "",
        "Used by",
        "  ├─ needed by c (mlflow)",
        "  │  ├─ needed by a (the circle is closed, mlflow)",
        "  │  └─ needed by b (mlflow)",
        "  │     └─ needed by a (the circle is closed, mlflow)",
        "  ├─ needed by d (mlflow)",
        "  └─ … 1 other",
        "",
        "In a circle",
        "  a -> b -> c",
    ]


def test_what_nobody_says_is_said() -> None:
    assert "nothing that any source says" in text(graph())


def test_a_chain_that_is_too_deep_is_cut() -> None:
    names = ["a", *(f"b{number:03}" for number in range(200))]
    found = graph(*(needs(own, other) for own, other in pairwise(names)))
    assert "… deeper than can be drawn: tutela lineage export" in text(found)


def test_a_tree_that_is_too_long_is_cut() -> None:
    found = graph(*(needs("a", f"b{number}") for number in range(MOST_LINES + 10)))
    assert "… and more: tutela lineage export" in text(found, ["up"])


def test_copies_and_licences_stand_at_the_head() -> None:
    copies = tuple(f"s3://copy/{number}" for number in range(12))
    node = Node("a", "model", also=copies, licences=(Said("mit", "links", "w", True),))
    said = text(Graph.of("a", [node], [])).split("\n")
    assert "also at s3://copy/0" in said
    assert "and at 2 more places" in said
    assert "licence mit (said by links)" in said
