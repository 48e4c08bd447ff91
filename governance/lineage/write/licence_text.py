"""What a model inherits, for a terminal."""

from blueprints.display import WIDTH, shorten, visible
from governance.lineage.graph import Graph
from governance.lineage.licences import Inherited, Licences
from governance.lineage.write import words

_SHOWN = 200
_WAY = 6
"""Nodes of a path that are named."""


def text(found: Licences, graph: Graph) -> str:
    """The licences of a node and of its ancestors, unknown ones too, and the way to each."""
    lines = [shorten(f"Licences that {words.name(found.start)} has and inherits", WIDTH), ""]
    for one in found.every[:_SHOWN]:
        lines += _entry(one, graph)
    if len(found.every) > _SHOWN:
        lines.append(f"  … {len(found.every) - _SHOWN} more: tutela --json lineage show --licences")
    lines += ["", f"Known: {shorten(', '.join(map(visible, found.names)) or 'none', WIDTH - 7)}"]
    if found.unknown:
        lines.append(f"Unknown: {len(found.unknown)} of {len(found.every)}; nobody states them")
    clashes = [one for one in found.every if one.contradicts]
    if clashes:
        lines.append(f"Contradictions: {len(clashes)}; both are shown")
    if not found.whole:
        lines.append("There are more ancestors than were looked at.")
    for doubt in found.doubts:
        lines += words.wrapped(doubt, "")
    return "\n".join(lines)


def _entry(one: Inherited, graph: Graph) -> list[str]:
    said = " | ".join(
        f"{visible(licence.name)}{'' if licence.spdx else ' (no SPDX identifier)'}"
        for licence in one.licences
    )
    node = one.node
    lines = [
        shorten(f"  {said or 'unknown'}", WIDTH),
        shorten(f"    {node.type} {words.name(node)}", WIDTH)
        + ("" if node.there else " (not there)"),
    ]
    for licence in one.licences:
        who = licence.said[0]
        where = f" at {visible(who.at)}" if who.at else ""
        trust = "" if who.trusted else ", which is not registered"
        lines.append(
            shorten(f"    said by {visible(who.kind)} ({visible(who.source)}){trust}{where}", WIDTH)
        )
    if one.path:
        way = [words.name(graph.node(edge.origin)) for edge in reversed(one.path)]
        steps = [shorten(step, 40) for step in way[:_WAY]]
        steps += ["…"] if len(way) > _WAY else []
        lines.append(shorten(f"    way: {' -> '.join(steps)} -> this", WIDTH))
    return lines
