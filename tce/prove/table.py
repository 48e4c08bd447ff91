"""Decisions in order as bare ranges, cut to packets that there are: what both engines work on.

A field that a packet does not have is 0 in it: UDP has no flags, a later fragment no ports. A box
is cut into pieces by kinds of packets, so that equal sets of packets have equal pieces, whoever
wrote them; both engines then only see packets that can exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from tce.prove.clause import Clause
from tce.space.filter import Filter
from tce.space.header import FIELDS, ICMP, ICMP6, SCTP, TCP, UDP, Family, Range, box

Sides: TypeAlias = tuple[Range, ...]
"""One range for each of FIELDS."""
_PROTO = FIELDS.index("proto")  # type: ignore[arg-type]


@dataclass(frozen=True)
class Space:
    """Which packets there are at one point of one device."""

    family: Family
    point: Literal["forward", "input", "switch"]
    fragments: bool = True
    """Whether later fragments come so far: connection tracking puts them together before."""

    def kinds(self) -> tuple[tuple[Range, Sides], ...]:
        """Kinds of packets, each with the protocols it has; none meets another."""
        return _kinds(self)

    def pieces(self, sides: Sides) -> list[Sides]:
        """What there is of a box."""
        found = []
        low, high = sides[_PROTO]
        for (first, last), kind in _kinds(self):
            if low <= last and first <= high:
                piece = meet(sides, kind)
                if piece is not None:
                    found.append(piece)
        return found


@lru_cache
def _kinds(space: Space) -> tuple[tuple[Range, Sides], ...]:
    icmp = ICMP if space.family == 4 else ICMP6
    where: dict[str, Range | int] = {}
    if space.point == "input":
        where = {"oif": 0}
    elif space.point == "switch":
        where = {"iif": 0, "oif": 0, "state": 0}
    no_ports: dict[str, Range | int] = {"sport": 0, "dport": 0}
    said: list[dict[str, Range | int]] = [
        {"proto": TCP, "icmp": 0},
        {"proto": UDP, "icmp": 0, "flags": 0},
        {"proto": SCTP, "icmp": 0, "flags": 0},
        {"proto": icmp, "flags": 0, **no_ports},
    ]
    named = sorted((TCP, UDP, SCTP, icmp))
    for before, after in zip((-1, *named), (*named, 256), strict=True):
        if before + 1 < after:
            said.append({"proto": (before + 1, after - 1), "icmp": 0, "flags": 0, **no_ports})
    whole = [{**one, "fragment": 0} for one in said]
    if space.fragments:
        whole.append({"icmp": 0, "flags": 0, "fragment": 1, **no_ports})
    sides = [box(space.family, **one, **where).ranges for one in whole]
    return tuple((one[_PROTO], one) for one in sides)


@dataclass
class Table:
    """Rows in order, the first that fits wins; what fits none is dropped."""

    space: Space
    rows: list[Sides] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Which rule or clause each row is of."""
    accepts: list[bool] = field(default_factory=list)

    def add(self, sides: Sides, place: int, *, accept: bool) -> None:
        """All pieces of a box."""
        for piece in self.space.pieces(sides):
            self.rows.append(piece)
            self.places.append(place)
            self.accepts.append(accept)


def of_filter(filter_: Filter, space: Space) -> Table:
    """A device's rules; a default that accepts is a last row, one place behind the rules."""
    table = Table(space)
    for place, rule in enumerate(filter_.rules):
        for one in rule.boxes:
            table.add(one.ranges, place, accept=rule.action == "accept")
    if filter_.default == "accept":
        table.add(box(filter_.family).ranges, len(filter_.rules), accept=True)
    return table


def of_clauses(clauses: Iterable[Clause], space: Space) -> Table:
    """What is expected: all of it is accepted."""
    table = Table(space)
    for place, clause in enumerate(clauses):
        table.add(clause.box.ranges, place, accept=True)
    return table


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


@dataclass(frozen=True)
class Question:
    """A packet of `box` in none of `but`, that the rows `then` do not accept: is there one?"""

    box: Sides
    but: tuple[Sides, ...]
    then: tuple[tuple[Sides, bool], ...]
    """In order, the first that fits decides (True: accepted); what fits none is dropped."""
