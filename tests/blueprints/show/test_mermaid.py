import re

from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine.drawing import Box, Drawing, Edge, Group, Lane, Node, Words
from blueprints.show.mermaid import MOST, blocks, escape, flowchart
from tests.blueprints.show.estate import HOSTILE, hostile, large

# Everything that a label can hold: letters, digits, harmless marks, `#NN;`, our own line break.
LABEL = r'"(?:[^\W_]|[ /.,:\-+@()\xd7]|#[0-9]+;|<br/>)*"'
LINE = re.compile(
    "|".join(
        (
            "flowchart LR",
            rf"  subgraph b[0-9]+\[{LABEL}\]",
            rf"    subgraph b[0-9]+l[0-9]+\[{LABEL}\]",
            "    direction LR|      direction TB",
            rf"      b[0-9]+l[0-9]+n[0-9]+\[{LABEL}\](?::::(?:one|two|three|four))?",
            "  end|    end",
            rf"  b[0-9]+l[0-9]+ ---\|{LABEL}\| b[0-9]+l[0-9]+",
            "  classDef (?:one|two|three|four) [a-z0-9:#,]+",
        )
    )
)


def strange(text: str) -> list[str]:
    return [line for line in text.split("\n") if not LINE.fullmatch(line)]


def drawn(text: str) -> Group:
    node = Node(text, text, 2, (text,), text, "one")
    lanes = (Lane("a", text, text, (text,), (node,)), Lane("b", text, text))
    box = Box(text, text, text, text, ((text, text),), lanes, (Edge("a", "b", text),))
    return Group("production", ((text, text),), (box,))


@given(st.text())
def test_no_text_says_more_than_itself(text: str) -> None:
    said = flowchart(drawn(text))
    assert strange(said) == []
    assert said.count("\n") == flowchart(drawn("")).count("\n")


def test_hostile_texts_leave_no_fence_and_no_markup() -> None:
    text = blocks(hostile())
    fences = [line for line in text.split("\n") if "```" in line]
    assert fences == ["```mermaid", "```"] * 2
    for chart in re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL):
        assert strange(chart) == []
    for tag in ("<script", "<img", "<!--", "{{", "{%"):
        assert tag not in text


@given(st.sampled_from(HOSTILE) | st.text())
def test_the_heading_of_a_group_is_one_line_of_text(name: str) -> None:
    words = Words("Clusters", "cluster", "Components")
    first = blocks(Drawing("site", words, (Group(name),))).split("\n")[0]
    assert first.startswith("### ")
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`\[\]*_|]", first.removeprefix("### "))


@given(st.text())
def test_what_is_escaped_can_be_read_back(text: str) -> None:
    said = escape(text)
    assert re.sub(r"#([0-9]+);", lambda code: chr(int(code[1])), said) == text


def test_every_pool_lies_in_its_network_and_networks_are_joined() -> None:
    group = Group(
        "production",
        boxes=(
            Box(
                "models",
                "hybrid",
                lanes=(
                    Lane("a", "web", "VLAN 1", ("management", "10.0.0.0/8"), (Node("x", "VM", 3),)),
                    Lane("b", "hsn", "VLAN 2", (), (Node("y", "HPC", 2, badge="masters"),)),
                ),
                edges=(Edge("a", "b", "7 openings"),),
            ),
        ),
    )
    assert flowchart(group).split("\n") == [
        "flowchart LR",
        '  subgraph b0["models, hybrid"]',
        "    direction LR",
        '    subgraph b0l0["VLAN 1 web, management"]',
        "      direction TB",
        '      b0l0n0["x<br/>3 \N{MULTIPLICATION SIGN} VM"]',
        "    end",
        '    subgraph b0l1["VLAN 2 hsn"]',
        "      direction TB",
        '      b0l1n0["y (masters)<br/>2 \N{MULTIPLICATION SIGN} HPC"]',
        "    end",
        "  end",
        '  b0l0 ---|"7 openings"| b0l1',
    ]


def test_what_mermaid_would_not_draw_is_left_to_the_page() -> None:
    assert "```mermaid" in blocks(large(100))
    text = blocks(large(1000))
    assert "```" not in text
    assert "tutela blueprint show . --out clusters.html" in text
    assert len(flowchart(large(1000).groups[0])) > MOST
