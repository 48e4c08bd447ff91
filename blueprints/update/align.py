"""Where three sequences agree: the step before any merge of lists or lines."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Stretch:
    """A part of three sequences, as half-open ranges."""

    agreed: bool
    """All three hold the same here, item by item; otherwise at least one side differs."""
    base: range
    new: range
    user: range


def align(
    base: Sequence[Hashable], new: Sequence[Hashable], user: Sequence[Hashable]
) -> Iterator[Stretch]:
    """Cut three sequences into stretches, in order; together they cover all of each.

    Items of `base` that both others still hold, in the order of their matches, are agreed.
    """
    in_new, in_user = _matches(base, new), _matches(base, user)
    at_base = at_new = at_user = 0
    here = 0
    while here < len(base):
        if here not in in_new or here not in in_user:
            here += 1
            continue
        start = here
        shift_new, shift_user = in_new[here] - here, in_user[here] - here
        while in_new.get(here) == here + shift_new and in_user.get(here) == here + shift_user:
            here += 1
        new_start, user_start = start + shift_new, start + shift_user
        gap = Stretch(
            False,
            range(at_base, start),
            range(at_new, new_start),
            range(at_user, user_start),
        )
        if gap.base or gap.new or gap.user:
            yield gap
        at_base, at_new, at_user = here, here + shift_new, here + shift_user
        yield Stretch(
            True,
            range(start, at_base),
            range(new_start, at_new),
            range(user_start, at_user),
        )
    rest = Stretch(
        False,
        range(at_base, len(base)),
        range(at_new, len(new)),
        range(at_user, len(user)),
    )
    if rest.base or rest.new or rest.user:
        yield rest


def _matches(base: Sequence[Hashable], other: Sequence[Hashable]) -> dict[int, int]:
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + step: b + step for a, b, size in blocks for step in range(size)}


def merge_lines(base: Sequence[str], new: Sequence[str], user: Sequence[str]) -> list[str]:
    """Lines of comments of both sides; never a conflict.

    Where both changed the same place, the new version's lines come first, then those of the
    user that are in neither of the others: nothing that the user wrote is lost.
    """
    if user in (base, new):
        return list(new)
    if new == base:
        return list(user)
    lines: list[str] = []
    for part in align(base, new, user):
        old = [base[at] for at in part.base]
        theirs = [new[at] for at in part.new]
        ours = [user[at] for at in part.user]
        if theirs == old or part.agreed:
            lines += ours
        elif ours in (old, theirs):
            lines += theirs
        else:
            lines += theirs
            lines += [line for line in ours if line not in old and line not in theirs]
    return lines
