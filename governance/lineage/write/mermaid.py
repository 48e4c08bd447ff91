"""A lineage as a Mermaid flowchart, in which no name can say more than itself.

Nodes have numbers for names; in labels every character that is neither a letter, a digit, a space
nor harmless is written as Mermaid's own `#NN;`.
"""

from blueprints.display import shorten
from governance.lineage.graph import Graph, Node
from governance.lineage.write import words

_HARMLESS = frozenset(" /.,-+=@_()")
_WIDEST = 80
_CLASSES = {
    "dataset": "fill:#f6dca4,stroke:#8a6a16,color:#17202b",
    "run": "fill:#dadfe5,stroke:#5a6673,color:#17202b",
    "checkpoint": "fill:#b9d7ee,stroke:#2f6f9f,color:#17202b",
    "model": "fill:#b5e0cd,stroke:#2c7a5c,color:#17202b",
    "adapter": "fill:#d3e6a9,stroke:#66802a,color:#17202b",
    "missing": "fill:#ffffff,stroke:#c4660f,color:#17202b,stroke-dasharray:5 4",
    "start": "stroke-width:4px",
}


def text(graph: Graph) -> str:
    """Return the flowchart, from what came first to what was made of it."""
    number = {node.id: f"n{count}" for count, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f"  {number[node.id]}{_box(node)}" for node in graph.nodes]
    for edge in graph.edges:
        said = "by its name only" if not edge.trusted and _guessed(edge.said) else edge.relation
        arrow = "-.->" if edge.cycle or not edge.trusted else "-->"
        said = f"{said}, in a circle" if edge.cycle else said
        lines.append(f'  {number[edge.origin]} {arrow}|"{escape(said)}"| {number[edge.product]}')
    for count, one in enumerate(graph.more):
        lines.append(f'  m{count}("{escape("… " + words.more(one))}")')
        ends = (number[one.node], f"m{count}")
        first, second = ends if one.direction == "down" else ends[::-1]
        lines.append(f"  {first} -.- {second}")
    lines += [f"  classDef {name} {style}" for name, style in _CLASSES.items()]
    for node in graph.nodes:
        if not node.there:
            lines.append(f"  class {number[node.id]} missing")
        elif node.type in _CLASSES:
            lines.append(f"  class {number[node.id]} {node.type}")
        if node.id == graph.start:
            lines.append(f"  class {number[node.id]} start")
    return "\n".join(lines)


def _guessed(said: tuple[object, ...]) -> bool:
    return any(getattr(one, "kind", "") == "name" for one in said)


def _box(node: Node) -> str:
    label = escape(shorten(words.name(node), _WIDEST))
    facts = escape(", ".join([node.type, *words.facts(node)]))
    start, end = ("([", "])") if node.is_activity else ("[", "]")
    return f'{start}"{label}<br/>{facts}"{end}'


def escape(said: str) -> str:
    """Return a text for between quotes in a flowchart."""
    return "".join(
        character if character.isalnum() or character in _HARMLESS else f"#{ord(character)};"
        for character in said
    )
