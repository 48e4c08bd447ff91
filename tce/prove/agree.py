"""Whether devices agree where their scopes overlap.

Two switches see the same packets and have to do the same with each. What the gateway lets begin
through the transit leg passes a switch, too, and so do the answers to it: no switch may block that.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tce.prove.clause import ANSWER, ECHO, ECHOED, icmp_of, kind
from tce.prove.compare import difference
from tce.prove.device import Subject, text
from tce.prove.intent import Intent
from tce.prove.perimeter import NEW
from tce.prove.report import Finding
from tce.prove.sides import Sides
from tce.prove.smt import Solver
from tce.prove.table import Space, Table
from tce.space.filter import Point, decide
from tce.space.header import FIELDS, SCTP, TCP, UDP, Field, Range

_MOST = 3
"""Witnesses of one comparison: what is wrong with a device, its own findings say."""
_AT = {field: place for place, field in enumerate(FIELDS)}


def disagreements(intent: Intent, subjects: Sequence[Subject], solver: Solver) -> Iterator[Finding]:
    """Of the devices of one family."""
    switches = [one for one in subjects if one.filter.point in ("in", "out")]
    for point in ("in", "out"):
        # Doing the same is transitive: each with the next is each with every other.
        for one, other in pairwise(its for its in switches if its.filter.point == point):
            yield from _blocked(one.table, one, other, solver)
            yield from _blocked(other.table, other, one, solver)
    for router in (one for one in subjects if one.filter.point in ("forward", "input")):
        for other in switches:
            for table in _passing(intent, router, other.space, other.filter.point):
                yield from _blocked(table, router, other, solver)


def _blocked(table: Table, one: Subject, other: Subject, solver: Solver) -> Iterator[Finding]:
    """What the table, made of the one's rules, accepts and the other device does not."""
    for witness in difference(table, other.table, solver, _MOST):
        _, rule = decide(other.filter, witness.packet)
        rules = one.filter.rules
        said = rules[witness.place] if witness.place < len(rules) else None
        line = said.line if said else one.filter.default_line
        yield Finding(
            target=other.filter.device,
            property="agree",
            file=other.filter.file,
            line=rule.line if rule else other.filter.default_line,
            message=f"blocks ({other.filter.point}) what {one.filter.file}:{line} lets pass: "
            f"{text(said)}",
            family=other.filter.family,
            packet=str(witness.packet),
        )


def _passing(intent: Intent, router: Subject, space: Space, direction: Point) -> Iterator[Table]:
    """What a switch sees of what a router lets begin, and of the answers."""
    transit = intent.transit.leg
    inside = [leg for leg in range(1, len(intent.legs) + 1) if leg != transit]
    if router.filter.point == "input":
        inside = [0]
    for leg in inside:
        sent = _seen(router.table, leg, transit, space)
        got = _seen(router.table, transit, leg, space)
        begins, answered = (sent, got) if direction == "in" else (got, sent)
        yield begins
        yield _answers(answered)


def _seen(table: Table, iif: int, oif: int, space: Space) -> Table:
    """What passes from leg to leg, as a device without legs and states sees it."""
    found = Table(space, table.pool)
    icmp = icmp_of(space.family)
    echo = kind(ECHO[space.family], code_0=True)
    held = ((_AT[Field.IIF], iif), (_AT[Field.OIF], oif), (_AT[Field.STATE], NEW))
    for row, place, accepts in table.rows():
        if not all(row[at][0] <= value <= row[at][1] for at, value in held):
            continue
        sides = list(row)
        for at, _ in held:
            sides[at] = (0, 0)
        if sides[_AT[Field.PROTO]] == (icmp, icmp):
            first, last = sides[_AT[Field.ICMP]]
            if not first <= echo[0] <= last:
                continue
            sides[_AT[Field.ICMP]] = echo
        found.append(tuple(sides), place, accept=accepts)
    return found


def _answers(table: Table) -> Table:
    """The same with both ends exchanged: what comes back."""
    found = Table(table.space, table.pool)
    for row, place, accepts in table.rows():
        found.append(_answer(row, table.space), place, accept=accepts)
    return found


def _answer(row: Sides, space: Space) -> Sides:
    sides: list[Range] = list(row)
    for one, other in ((Field.SRC, Field.DST), (Field.SPORT, Field.DPORT)):
        sides[_AT[one]], sides[_AT[other]] = row[_AT[other]], row[_AT[one]]
    proto = row[_AT[Field.PROTO]]
    if proto == (TCP, TCP):
        sides[_AT[Field.FLAGS]] = ANSWER
    elif proto not in ((UDP, UDP), (SCTP, SCTP)):
        icmp = icmp_of(space.family)
        if proto == (icmp, icmp):
            sides[_AT[Field.ICMP]] = kind(ECHOED[space.family], code_0=True)
    return tuple(sides)
