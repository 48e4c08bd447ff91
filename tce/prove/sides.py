"""Boxes as bare ranges, which are cheap by the hundred thousand, and what is asked about them."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from tce.space.header import Range

Sides: TypeAlias = tuple[Range, ...]
"""One range for each of FIELDS."""


class Question(NamedTuple):
    """A packet of `box` in none of `but`, that the rows `then` do not accept: is there one?

    Rows are numbers of a pool.
    """

    box: int
    but: tuple[int, ...]
    then: tuple[tuple[int, bool], ...]
    """In order, the first that fits decides (True: accepted); what fits none is dropped."""


def meet(one: Sequence[Range], other: Sequence[Range]) -> Sides | None:
    """What both hold."""
    found = []
    for (a, b), (c, d) in zip(one, other, strict=True):
        low = a if a > c else c
        high = b if b < d else d
        if low > high:
            return None
        found.append((low, high))
    return tuple(found)


def within(one: Sequence[Range], other: Sequence[Range]) -> bool:
    """Whether all of the one is in the other."""
    return all(c <= a and b <= d for (a, b), (c, d) in zip(one, other, strict=True))


def without(one: Sides, away: Sequence[Range]) -> list[Sides]:
    """What is left of a box, in boxes that do not meet."""
    if meet(one, away) is None:
        return [one]
    left: list[Sides] = []
    rest = list(one)
    for place, ((a, b), (c, d)) in enumerate(zip(one, away, strict=True)):
        if a < c:
            left.append((*rest[:place], (a, c - 1), *rest[place + 1 :]))
        if d < b:
            left.append((*rest[:place], (d + 1, b), *rest[place + 1 :]))
        rest[place] = (max(a, c), min(b, d))
    return left
