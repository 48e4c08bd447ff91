import re

from hypothesis import given

from governance.lineage.graph import Edge, Graph, Node, Said
from governance.lineage.write.mermaid import escape, text
from tests.governance.lineage.graphs import graphs, texts

# Everything that a label can hold: letters, digits, harmless marks, `#NN;`, our own line break.
LABEL = r'"(?:[^\W_]|[ /.,\-+=@_()]|#[0-9]+;|<br/>)*"'
LINE = re.compile(
    "|".join(
        (
            "flowchart LR",
            rf"  n[0-9]+(?:\[{LABEL}\]|\(\[{LABEL}\]\))",
            rf"  m[0-9]+\({LABEL}\)",
            rf"  n[0-9]+ (?:-->|-\.->)\|{LABEL}\| n[0-9]+",
            r"  [nm][0-9]+ -\.- [nm][0-9]+",
            r"  classDef [a-z]+ [a-z0-9:#,\- ]+",
            r"  class n[0-9]+ [a-z]+",
        )
    )
)


@given(graphs())
def test_no_name_says_more_than_itself(graph: Graph) -> None:
    lines = text(graph).split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    arrows = [line for line in lines if "->|" in line]
    assert len(arrows) == len(graph.edges)


@given(texts)
def test_what_is_escaped_can_be_read_back(name: str) -> None:
    said = escape(name)
    assert re.sub(r"#([0-9]+);", lambda code: chr(int(code[1])), said) == name


def test_a_run_is_round_a_guess_is_dashed_and_what_is_missing_is_marked() -> None:
    graph = Graph.of(
        "a",
        [Node("a", "model"), Node("b", "run"), Node("c", there=False)],
        [
            Edge("b", "a", "made", (Said("", "mlflow", "s", True),)),
            Edge("a", "c", "names", (Said("", "name", "", False),)),
        ],
    )
    said = text(graph)
    assert '  n1(["b<br/>run"])' in said
    assert '  n1 -->|"made"| n0' in said
    assert '  n2 -.->|"by its name only"| n0' in said
    assert "  class n2 missing" in said
    assert "  class n0 start" in said
