"""Decisions in order as bare ranges, cut to packets that there are: what both engines work on.

A field that a packet does not have is 0 in it: UDP has no flags, a later fragment no ports. A box
is cut into pieces by kinds of packets, so that equal sets of packets have equal pieces, whoever
wrote them; both engines then only see packets that can exist.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from tce.prove.clause import Clause
from tce.prove.sides import Sides, meet
from tce.prove.slices import Columns, Index
from tce.space.filter import Filter
from tce.space.header import FIELDS, ICMP, ICMP6, SCTP, TCP, UDP, Family, Field, Range, box

_PROTO = FIELDS.index(Field.PROTO)


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


class Pool:
    """Every row of a family once: a number stands for it, and equal rows have the same one."""

    def __init__(self) -> None:
        self.rows: list[Sides] = []
        self._numbers: dict[Sides, int] = {}
        self._columns = Columns.of([])

    def number(self, row: Sides) -> int:
        """The row's own."""
        known = self._numbers.get(row)
        if known is None:
            known = self._numbers[row] = len(self.rows)
            self.rows.append(row)
        return known

    def columns(self, numbers: Sequence[int]) -> "Columns":
        """Of these rows, in this order."""
        if len(self._columns) < len(self.rows):
            fresh = Columns.of(self.rows[len(self._columns) :])
            self._columns = self._columns.followed_by(fresh)
        return self._columns.taken(numbers)


@dataclass
class Table:
    """Rows in order, the first that fits wins; what fits none is dropped.

    It is filled first and asked then: what is found out about it is kept.
    """

    space: Space
    pool: Pool
    numbers: list[int] = field(default_factory=list)
    """Rows, by their numbers in the pool."""
    places: list[int] = field(default_factory=list)
    """Which rule or clause each row is of."""
    accepts: list[bool] = field(default_factory=list)

    def add(self, sides: Sides, place: int, *, accept: bool) -> None:
        """All pieces of a box."""
        for piece in self.space.pieces(sides):
            self.append(piece, place, accept=accept)

    def append(self, row: Sides, place: int, *, accept: bool) -> None:
        """One piece as it is."""
        self.numbers.append(self.pool.number(row))
        self.places.append(place)
        self.accepts.append(accept)

    def rows(self) -> Iterator[tuple[Sides, int, bool]]:
        """Each with its place and whether it is accepted."""
        rows = (self.pool.rows[number] for number in self.numbers)
        return zip(rows, self.places, self.accepts, strict=True)

    def columns(self, which: Sequence[int]) -> "Columns":
        """Of some of its rows, by their order in the table."""
        return self.pool.columns([self.numbers[one] for one in which])

    @cached_property
    def accepted(self) -> list[int]:
        """Rows that are accepted, by their order in the table."""
        return [one for one, accepts in enumerate(self.accepts) if accepts]

    @cached_property
    def dropped(self) -> list[int]:
        """Rows that are dropped, by their order in the table."""
        return [one for one, accepts in enumerate(self.accepts) if not accepts]

    @cached_property
    def first(self) -> dict[int, int]:
        """By the numbers of rows that are accepted: where in the table each comes first."""
        return {self.numbers[one]: one for one in reversed(self.accepted)}

    @cached_property
    def accepted_columns(self) -> "Columns":
        """Of the rows that are accepted."""
        return self.columns(self.accepted)

    @cached_property
    def index(self) -> "Index":
        """To find which of its rows a box meets."""
        return Index(self.columns(range(len(self.numbers))))

    @cached_property
    def drop_index(self) -> "Index":
        """The same of the rows that are dropped."""
        return Index(self.columns(self.dropped))


def of_filter(filter_: Filter, space: Space, pool: Pool) -> Table:
    """A device's rules; a default that accepts is a last row, one place behind the rules."""
    table = Table(space, pool)
    for place, rule in enumerate(filter_.rules):
        for one in rule.boxes:
            table.add(one.ranges, place, accept=rule.action == "accept")
    if filter_.default == "accept":
        table.add(box(filter_.family).ranges, len(filter_.rules), accept=True)
    return table


def of_clauses(clauses: Iterable[Clause], space: Space, pool: Pool) -> Table:
    """What is expected: all of it is accepted."""
    table = Table(space, pool)
    for place, clause in enumerate(clauses):
        table.add(clause.box.ranges, place, accept=True)
    return table
