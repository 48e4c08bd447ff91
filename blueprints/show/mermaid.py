"""A drawing as Mermaid flowcharts, in which no name can say more than itself.

Everything has a number for its id; in labels every character that is neither a letter, a digit, a
space nor harmless is written as Mermaid's own ``#NN;``, also what would end a fence of Markdown.
"""

from collections.abc import Iterator

from blueprints.display import shorten, visible
from blueprints.engine.drawing import Box, Drawing, Group, Lane, Node, Shade

MOST = 45_000
"""Characters of one flowchart; Mermaid draws nothing above 50,000 (``maxTextSize``)."""
_HARMLESS = frozenset(" /.,:-+@()\N{MULTIPLICATION SIGN}")
_WIDEST = 44
_CLASSES: dict[Shade, str] = {
    "one": "fill:#cfe3f5,stroke:#2f6f9f,color:#17202b",
    "two": "fill:#e3dcf3,stroke:#6b53a5,color:#17202b",
    "three": "fill:#f7e3b8,stroke:#8a6a16,color:#17202b",
    "four": "fill:#c4e8d6,stroke:#2c7a5c,color:#17202b",
}


def blocks(drawing: Drawing) -> str:
    """Markdown: a heading and a fenced flowchart for each group.

    Facts of groups and parts of boxes stay out: a file that says versions changes with them.
    """
    return "\n".join(line for group in drawing.groups for line in _block(drawing, group))


def _block(drawing: Drawing, group: Group) -> Iterator[str]:
    yield f"### {_markdown(group.name)}\n"
    text = flowchart(group)
    if len(text) > MOST:
        file = f"{drawing.words.whole.lower()}.html"
        yield f"Too much for one picture here: `tutela blueprint show . --out {file}` draws it.\n"
        return
    yield f"```mermaid\n{text}\n```\n"


def flowchart(group: Group) -> str:
    """One group, box below box; titles are of one line, since Mermaid cuts a second."""
    lines = ["flowchart LR"]
    used: set[Shade] = set()
    for number, box in enumerate(group.boxes):
        lines += _box(f"b{number}", box)
        used |= {node.shade for lane in box.lanes for node in lane.nodes}
    lines += [f"  classDef {shade} {_CLASSES[shade]}" for shade in _CLASSES if shade in used]
    return "\n".join(lines)


def _box(id_: str, box: Box) -> Iterator[str]:
    yield f'  subgraph {id_}["{_label(f"{box.name}, {box.kind}")}"]'
    yield "    direction LR"
    lanes = {lane.id: f"{id_}l{number}" for number, lane in enumerate(box.lanes)}
    for lane in box.lanes:
        yield from _lane(lanes[lane.id], lane)
    yield "  end"
    for edge in box.edges:
        yield f'  {lanes[edge.source]} ---|"{_label(edge.label)}"| {lanes[edge.target]}'


def _lane(id_: str, lane: Lane) -> Iterator[str]:
    said = ", ".join((f"{lane.kind} {lane.name}", *lane.facts[:1]))
    yield f'    subgraph {id_}["{_label(said)}"]'
    yield "      direction TB"
    for number, node in enumerate(lane.nodes):
        yield f'      {id_}n{number}["{_node(node)}"]{_class(node)}'
    yield "    end"


def _node(node: Node) -> str:
    badge = f" ({node.badge})" if node.badge else ""
    lines = [
        f"{node.name}{badge}",
        f"{node.amount} \N{MULTIPLICATION SIGN} {node.kind}",
        ", ".join(node.facts[:3]),
    ]
    return "<br/>".join(_label(line) for line in lines if line)


def _class(node: Node) -> str:
    return f":::{node.shade}" if node.shade in _CLASSES else ""


def _label(said: str) -> str:
    return escape(shorten(visible(said), _WIDEST))


def escape(said: str) -> str:
    """A text for between quotes in a flowchart."""
    return "".join(
        character if character.isalnum() or character in _HARMLESS else f"#{ord(character)};"
        for character in said
    )


def _markdown(said: str) -> str:
    """A text in a line of Markdown: what would be markup has a backslash before it."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#|&!" else one for one in visible(said))
