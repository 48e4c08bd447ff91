"""How nodes and edges are called for people. What is returned is made visible already."""

import textwrap

from blueprints.display import WIDTH, count, size, visible, when
from governance.lineage.graph import Direction, Edge, More, Node

_VERBS = {
    ("needs", "up"): "needs",
    ("names", "up"): "stands for",
    ("made", "up"): "made by",
    ("needs", "down"): "needed by",
    ("names", "down"): "named by",
    ("made", "down"): "made",
}
_PLURALS = {"alias": "aliases", "debris": "debris", "thing": "others", "unknown": "unknown ones"}
_SINGULAR = {"thing": "other", "unknown": "unknown one"}


def verb(edge: Edge, direction: Direction) -> str:
    """Say what an edge is, seen from the node that was come from."""
    return _VERBS[edge.relation, direction]


def name(node: Node) -> str:
    """Say how a node is called; several artifacts of one folder are told apart."""
    text = node.name
    slot = node.artifact.slot if node.artifact else ""
    return visible(text if slot in ("", "run") else f"{text} ({slot})")


def kind(node: Node) -> str:
    """Say what a node is, where that is known and its name does not say it already."""
    return "" if node.type == "unknown" or node.name.startswith(f"{node.type}:") else node.type


def facts(node: Node) -> list[str]:
    """Say what is known of a node, apart from its name and type."""
    said = []
    artifact = node.artifact
    if artifact is not None:
        said.append(size(artifact.bytes))
        if artifact.step is not None:
            said.append(f"step {count(artifact.step)}")
        if artifact.complete is False:
            said.append("partial")
    if not node.there:
        said.append("not there")
    if node.status:
        said.append(visible(node.status))
    if node.also:
        copies = len(node.also)
        said.append(f"and {count(copies)} {'copy' if copies == 1 else 'copies'}")
    return said


def sources(edge: Edge) -> str:
    """Say which kinds of sources say it, and how far that goes."""
    kinds = ", ".join(dict.fromkeys(visible(one.kind) for one in edge.said))
    if any(one.kind == "name" for one in edge.said):
        return "by its name only"
    return kinds if edge.trusted or not kinds else f"{kinds}, not registered"


def more(one: More) -> str:
    """Say how many neighbours are left out, and what they are."""
    kind = _SINGULAR.get(one.kind, one.kind)
    if one.count != 1:
        kind = _PLURALS.get(one.kind, f"{one.kind}s")
    said = "" if one.kind == "thing" else "more "
    return f"{count(one.count)} {said}{visible(kind)}"


def period(node: Node) -> str:
    """Say when a run was; nothing where that is not known."""
    if node.started is None and node.ended is None:
        return ""
    return f"{when(node.started)} to {when(node.ended)}"


def wrapped(text: str, indent: str = "  ") -> list[str]:
    """Return foreign text in lines that fit; its words are never lost."""
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
    )
