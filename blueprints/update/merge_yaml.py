"""YAML that both sides changed, merged by what it says and written by what already stands there.

Mappings are merged by key, lists by the identity of their items where they have one (a name, a
path, apiVersion/kind/namespace/name of a manifest) and by their order otherwise. Entries that one
side left alone are copied from the other, line by line, with its comments and blank lines; where
both changed an entry, its own entries are merged. A comment of the user is never lost: see
`merge_yaml`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.update.align import align, merge_lines
from blueprints.update.identity import identities
from blueprints.update.merged import Conflict, Labels, Merged
from blueprints.update.ordering import merged_order
from blueprints.update.yaml_lines import dash, empty, lead_of, lines_of, moved, with_value
from blueprints.update.yaml_parser import parse
from blueprints.update.yaml_tree import (
    Block,
    Entry,
    NotForMerging,
    Tree,
    Value,
    says_block,
)

BOTH = "changed by you and by the new version"
ADDED = "added by you and by the new version, differently"
GONE = "changed by you, no longer in the new version"
REMOVED = "removed by you, changed by the new version"
UNSURE = "changed by you and by the new version in a way that cannot be merged safely"


@dataclass(frozen=True)
class _Part:
    """One merged entry; its lines stand where they will stand."""

    key: Value
    lead: list[str]
    lines: list[str]
    says: Value


def merge_yaml(path: str, base: str, new: str, user: str, labels: Labels) -> Merged:
    """Merge three versions of one YAML file; `path` is only named.

    Without conflicts the result is read again: it says what the merge meant it to say, and it has
    every comment that the user added. Where it does not, that is one conflict, whose content is
    the user's file. Raises :class:`NotForMerging` when a version is not such YAML.
    """
    trees = parse(base), parse(new), parse(user)
    merge = _Merge(path, labels)
    text, says = merge.stream(*trees)
    if merge.conflicts:
        return Merged(text.encode(), tuple(merge.conflicts))
    reason = _doubt(text, says, trees[0], trees[2])
    if reason:
        return Merged(user.encode(), (Conflict(path, "", 0, reason),))
    return Merged(text.encode())


def meaning(tree: Tree) -> list[Value]:
    """What each document of a file says."""
    return [document.node.says for document in tree.documents]


def lost_comments(base: Tree, user: Tree, result: Tree) -> Counter[str]:
    """Comments that the user added and the result does not have."""
    own = Counter(user.comments) - Counter(base.comments)
    return own - Counter(result.comments)


def _doubt(text: str, says: list[Value], base: Tree, user: Tree) -> str:
    try:
        result = parse(text)
    except NotForMerging:
        return UNSURE
    if meaning(result) != says:
        return UNSURE
    lost = lost_comments(base, user, result)
    if lost:
        return f"the new version replaced what you commented on: {min(lost)}"
    return ""


class _Merge:
    def __init__(self, path: str, labels: Labels) -> None:
        self.path = path
        self.labels = labels
        self.conflicts: list[Conflict] = []

    def stream(self, base: Tree, new: Tree, user: Tree) -> tuple[str, list[Value]]:
        sides = list(base.documents), list(new.documents), list(user.documents)
        if all(len(side) == 1 for side in sides):
            parts = [self.entry("", 0, sides[0][0], sides[1][0], sides[2][0])]
        else:
            parts = self.items("", 0, *sides)
        lines: list[str] = []
        for at, part in enumerate(parts):
            if at and not any(line.startswith("---") for line in part.lead):
                lines.append("---\n")
            lines += [*part.lead, *part.lines]
        lines += merge_lines(base.tail, new.tail, user.tail)
        return "".join(lines), [part.says for part in parts if part.lines]

    def entry(self, where: str, column: int, base: Entry | None, new: Entry, user: Entry) -> _Part:
        """An entry that both sides have; it will stand in `column`."""
        new_lead, user_lead = lead_of(new, column), lead_of(user, column)
        lead = merge_lines(lead_of(base, column) if base else (), new_lead, user_lead)
        if base is None and new.node.says != user.node.says and not _same_blocks(new, user):
            return self.conflict(ADDED, where, column, None, new, user)
        old, theirs, ours = (lines_of(side, column) for side in (base, new, user))
        if ours in (old, theirs):
            return _Part(user.key, lead, theirs, new.node.says)
        if theirs == old:
            return _Part(user.key, lead, ours, user.node.says)
        if _same_blocks(new, user) and (base is None or _same_blocks(base, user)):
            return self.block(where, column, base, new, user, lead)
        if new.node.says == user.node.says or (base and new.node.says == base.node.says):
            return _Part(user.key, lead, ours, user.node.says)
        if base and user.node.says == base.node.says:
            return _Part(user.key, lead, with_value(base, new, user, column), new.node.says)
        return self.conflict(BOTH, where, column, base, new, user)

    def block(
        self,
        where: str,
        column: int,
        base: Entry | None,
        new: Entry,
        user: Entry,
        lead: list[str],
    ) -> _Part:
        """An entry that is a mapping on all sides, or a list."""
        old = base.node if base else None
        theirs, ours = new.node, user.node
        if not isinstance(theirs, Block) or not isinstance(ours, Block):
            raise TypeError("only blocks have entries")
        entries = old.entries if isinstance(old, Block) else ()
        inner = ours.column - user.column + column
        merge = self.keys if ours.mapping else self.items
        parts = merge(where, inner, list(entries), list(theirs.entries), list(ours.entries))
        head = moved(ours.head, column - user.column)
        if isinstance(old, Block) and ours.head and theirs.head:
            old_head = moved(old.head, column - (base.column if base else 0))
            if head == old_head:
                head = moved(theirs.head, column - new.column)
        body = [line for part in parts for line in (*part.lead, *part.lines)]
        live = [part for part in parts if part.lines]
        says = says_block(ours.mapping, ours.properties, [(part.key, part.says) for part in live])
        if not live:
            head = empty(head, ours, column, user.dashed)
        elif not head and user.dashed:
            head, body = dash(body, column)
        return _Part(user.key, lead, [*head, *body], says)

    def keys(
        self,
        where: str,
        column: int,
        base: list[Entry],
        new: list[Entry],
        user: list[Entry],
    ) -> list[_Part]:
        """The entries of a mapping."""
        named = (
            {entry.key: entry for entry in base},
            {entry.key: entry for entry in new},
            {entry.key: entry for entry in user},
        )
        return self.named(where, column, *named)

    def items(
        self,
        where: str,
        column: int,
        base: list[Entry],
        new: list[Entry],
        user: list[Entry],
    ) -> list[_Part]:
        """The items of a list, or documents."""
        found = identities(_says(base), _says(new), _says(user))
        if found is None:
            return self.ordered(where, column, base, new, user)
        named = (
            dict(zip(found[0], base, strict=True)),
            dict(zip(found[1], new, strict=True)),
            dict(zip(found[2], user, strict=True)),
        )
        return self.named(where, column, *named)

    def named(
        self,
        where: str,
        column: int,
        base: dict[Value, Entry],
        new: dict[Value, Entry],
        user: dict[Value, Entry],
    ) -> list[_Part]:
        parts: list[_Part] = []
        left: list[str] = []
        for key in merged_order(list(base), list(new), list(user)):
            trio = base.get(key), new.get(key), user.get(key)
            part = self.one(_place(where, key, trio[2] or trio[1]), column, *trio)
            if part.lines:
                part = _Part(part.key, [*left, *part.lead], part.lines, part.says)
                left = []
                parts.append(part)
            else:
                left += part.lead
        if left:
            parts.append(_Part((), left, [], ()))
        return parts

    def one(
        self, where: str, column: int, base: Entry | None, new: Entry | None, user: Entry | None
    ) -> _Part:
        """An entry by its name; a part without lines is gone."""
        if new and user:
            return self.entry(where, column, base, new, user)
        gone = _Part((), [], [], ())
        if user:  # new is gone
            if base is None:
                return _whole(user, column)
            if user.node.says != base.node.says:
                return self.conflict(GONE, where, column, base, None, user)
            known = lead_of(base, column)
            own = [line for line in lead_of(user, column) if line.strip() and line not in known]
            return _Part((), own, [], ())
        if new:
            if base is None:
                return _whole(new, column)
            if new.node.says != base.node.says:
                return self.conflict(REMOVED, where, column, base, new, None)
        return gone

    def ordered(
        self,
        where: str,
        column: int,
        base: list[Entry],
        new: list[Entry],
        user: list[Entry],
    ) -> list[_Part]:
        """Items without identity, by their order."""
        parts: list[_Part] = []
        for part in align(_says(base), _says(new), _says(user)):
            old = [base[at] for at in part.base]
            theirs = [new[at] for at in part.new]
            ours = [user[at] for at in part.user]
            place = f"{where}[{part.user.start}]"
            if len(old) == len(theirs) == len(ours):
                trios = zip(old, theirs, ours, strict=True)
                parts += [self.entry(place, column, *trio) for trio in trios]
            elif _says(theirs) == _says(old):
                parts += [_whole(entry, column) for entry in ours]
            elif _says(ours) in (_says(old), _says(theirs)):
                parts += [_whole(entry, column) for entry in theirs]
            elif base and (beside := _beside(old, theirs, ours)) is not None:
                parts += [_whole(entry, column) for entry in beside]
            else:
                parts.append(self.marked(BOTH, place, column, old, theirs, ours))
        return parts

    def conflict(
        self,
        reason: str,
        where: str,
        column: int,
        base: Entry | None,
        new: Entry | None,
        user: Entry | None,
    ) -> _Part:
        old, theirs, ours = ([side] if side else [] for side in (base, new, user))
        return self.marked(reason, where, column, old, theirs, ours)

    def marked(
        self,
        reason: str,
        where: str,
        column: int,
        base: Sequence[Entry],
        new: Sequence[Entry],
        user: Sequence[Entry],
    ) -> _Part:
        """Both versions between markers, and a conflict on the list."""
        line = user[0].line if user else 0
        self.conflicts.append(Conflict(self.path, where.removeprefix("."), line, reason))
        old, theirs, ours = (
            [line for entry in side for line in (*lead_of(entry, column), *lines_of(entry, column))]
            for side in (base, new, user)
        )
        labels = self.labels
        lines = [f"<<<<<<< {labels.user}\n", *ours, f"||||||| {labels.base}\n", *old]
        lines += ["=======\n", *theirs, f">>>>>>> {labels.new}\n"]
        return _Part((), [], lines, ())


def _says(entries: Sequence[Entry]) -> list[Value]:
    return [entry.node.says for entry in entries]


def _beside(
    base: Sequence[Entry], new: Sequence[Entry], user: Sequence[Entry]
) -> list[Entry] | None:
    """Both sides' items, where one side only added before or after what the other changed."""
    size = len(base)
    for more, other in ((user, new), (new, user)):
        if not size and more is new:
            continue  # both only added: the new version's come first
        before, after = more[: len(more) - size], more[size:]
        if _says(more)[:size] == _says(base) and _go_together(other, after):
            return [*other, *after]
        if size and _says(more)[len(before) :] == _says(base) and _go_together(before, other):
            return [*before, *other]
    return None


def _go_together(new: Sequence[Entry], user: Sequence[Entry]) -> bool:
    """Whether items that both sides added at one place can stand there together."""
    kinds = {entry.node.says[0] in ("map", "list") for entry in (*new, *user)}
    return len(kinds) == 1 and not set(_says(new)) & set(_says(user))


def _same_blocks(one: Entry, other: Entry) -> bool:
    return (
        isinstance(one.node, Block)
        and isinstance(other.node, Block)
        and one.node.mapping == other.node.mapping
        and one.node.properties == other.node.properties
    )


def _whole(entry: Entry, column: int) -> _Part:
    return _Part(entry.key, lead_of(entry, column), lines_of(entry, column), entry.node.says)


def _place(where: str, key: Value, entry: Entry | None) -> str:
    if entry and entry.shown:
        return f"{where}.{entry.shown}"
    words = [str(part[1]) for part in key if isinstance(part, tuple) and len(part) > 1]
    return f"{where}[{' '.join(words)}]"
