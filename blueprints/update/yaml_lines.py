"""Lines of YAML moved to another column, and the few that a merge has to write itself."""

from collections.abc import Sequence

from blueprints.update.yaml_tree import Block, Entry, Leaf


def lead_of(entry: Entry, column: int) -> list[str]:
    """The lines above an entry, as they stand when it is in this column."""
    return moved(entry.lead, column - entry.column)


def lines_of(entry: Entry | None, column: int) -> list[str]:
    """The lines of an entry in this column; none of no entry."""
    return moved(entry.lines, column - entry.column) if entry else []


def moved(lines: Sequence[str], by: int) -> list[str]:
    """The same lines further in or out."""
    if by == 0:
        return list(lines)
    if by > 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]


def with_value(base: Entry, new: Entry, user: Entry, column: int) -> list[str]:
    """The user's line with the new version's value; whatever does not fit is taken whole."""
    old, theirs, ours = base.node, new.node, user.node
    if not (isinstance(old, Leaf) and isinstance(theirs, Leaf) and isinstance(ours, Leaf)):
        return lines_of(new, column)
    if any("\n" in text for text in (ours.before, theirs.before, theirs.text)):
        return lines_of(new, column)
    after = theirs.after if ours.after == old.after else ours.after
    space = "" if ours.before.endswith((" ", "\t")) or not theirs.text else " "
    return moved([ours.before + space + theirs.text + after], column - user.column)


def empty(head: list[str], block: Block, column: int, dashed: bool) -> list[str]:
    """The head of a collection from which both sides together removed everything."""
    nothing = "{}" if block.mapping else "[]"
    if not head:
        return [f"{' ' * column}{'- ' if dashed else ''}{nothing}\n"]
    first, *rest = head
    return [first.rstrip("\n") + f" {nothing}\n", *rest]


def dash(body: list[str], column: int) -> tuple[list[str], list[str]]:
    """Put the dash of an item before its first entry, comments before the dash."""
    at = next(i for i, line in enumerate(body) if line.strip() and line.lstrip()[0] != "#")
    first = body[at]
    if first.startswith("<<<<<<< "):
        return [" " * column + "-\n"], body
    return [], [*body[:at], first[:column] + "-" + first[column + 1 :], *body[at + 1 :]]
