"""One device at one point in one family: is it what the intent says?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tce.prove import perimeter, switch
from tce.prove.clause import Clause, Expected
from tce.prove.compare import MOST, Witness, difference
from tce.prove.dead import dead
from tce.prove.intent import OWN, Intent
from tce.prove.report import Finding, Property
from tce.prove.sides import Sides, meet
from tce.prove.slices import Columns, Index
from tce.prove.smt import Solver
from tce.prove.table import Pool, Space, Table, of_clauses, of_filter
from tce.space.filter import Filter, Point, Rule, decide
from tce.space.header import Packet, Range, box

TENANTS = ("tenants",)


@dataclass(frozen=True)
class Subject:
    """A filter, what is expected of it, and both as tables."""

    filter: Filter
    space: Space
    expected: Expected
    table: Table
    wide: Table
    may: Table


class Subjects:
    """Makes subjects; what is expected at one point is made once for all devices there."""

    def __init__(self, intent: Intent, pool: Pool) -> None:
        self._intent = intent
        self._pool = pool
        self._known: dict[tuple[Point, Space], tuple[Expected, Table, Table]] = {}

    def subject(self, filter_: Filter) -> Subject:
        """Connection tracking puts fragments together, so that a router's rules see none."""
        point = filter_.point if filter_.point in ("forward", "input") else "switch"
        space = Space(filter_.family, point, fragments=not filter_.stateful)
        key = (filter_.point, space)
        if key not in self._known:
            its = self._expected(filter_)
            may = of_clauses(its.may, space, self._pool)
            same = its.wide is its.may
            wide = may if same else of_clauses(its.wide, space, self._pool)
            self._known[key] = (its, wide, may)
        its, wide, may = self._known[key]
        return Subject(filter_, space, its, of_filter(filter_, space, self._pool), wide, may)

    def _expected(self, filter_: Filter) -> Expected:
        if filter_.point == "forward":
            return perimeter.forward(self._intent, filter_.family)
        if filter_.point == "input":
            return perimeter.entering(self._intent, filter_.family)
        return switch.switched(self._intent, filter_.family, filter_.point)


def findings(subject: Subject, intent: Intent, solver: Solver, seed: int) -> Iterator[Finding]:
    """Lateral paths, what is too much, what is missing, rules without effect."""
    known = set()
    # What is for the gateway itself goes no further.
    if subject.filter.point != "input":
        nothing = Table(subject.space, solver.pool)
        lateral = difference(_lateral(subject, intent), nothing, solver)
        known = {witness.place for witness in lateral}
        for witness in lateral:
            yield _accepted(subject, witness, "lateral")
    for witness in difference(subject.table, subject.may, solver):
        if witness.place not in known:
            yield _accepted(subject, witness, "extra")
    if difference(subject.wide, subject.table, solver, 1):
        clauses = subject.expected.must
        must = of_clauses(clauses, subject.space, solver.pool)
        for witness in difference(must, subject.table, solver):
            yield _blocked(subject, witness, clauses[witness.place])
    yield from _dead(subject, solver, seed)


def _lateral(subject: Subject, intent: Intent) -> Table:
    """What is accepted between the environment and another tenant.

    Of established connections nothing: there is none that did not begin with an accepted packet.
    """
    family = subject.filter.family
    own, others = intent.of_kind(family, *OWN), intent.of_kind(family, *TENANTS)
    states: tuple[Range, ...] = ((0, 0), (2, 4)) if subject.filter.stateful else ((0, 0),)
    joins = [
        box(family, src=source, dst=destination, state=state).ranges
        for one in own
        for other in others
        for source, destination in ((one, other), (other, one))
        for state in states
    ]
    return cut(subject.table, joins)


def cut(table: Table, boxes: Iterable[Sides]) -> Table:
    """Only what lies in any of the boxes is still accepted."""
    within = list(boxes)
    index = Index(Columns.of(within))
    found = Table(table.space, table.pool)
    which = index.meeting(table.columns(range(len(table.numbers))))
    for (row, place, accepts), its in zip(table.rows(), which, strict=True):
        if not accepts:
            found.append(row, place, accept=False)
            continue
        for one in its:
            both = meet(row, within[one])
            if both is not None:
                found.append(both, place, accept=True)
    return found


def _accepted(subject: Subject, witness: Witness, property_: Property) -> Finding:
    action, rule = decide(subject.filter, witness.packet)
    if action != "accept":
        raise RuntimeError(f"{witness.packet} is not accepted by {subject.filter.file} after all")
    near = _nearest(subject, rule)
    what = (
        "joins the environment and another tenant"
        if property_ == "lateral"
        else "accepts what is not declared"
    )
    return Finding(
        target=subject.filter.device,
        property=property_,
        file=subject.filter.file,
        line=rule.line if rule else subject.filter.default_line,
        message=f"{what} ({subject.filter.point}): {text(rule)}",
        family=subject.filter.family,
        packet=str(witness.packet),
        flow=near.flow.name if near and near.flow else None,
    )


def _blocked(subject: Subject, witness: Witness, clause: Clause) -> Finding:
    action, rule = decide(subject.filter, witness.packet)
    if action == "accept":
        raise RuntimeError(f"{witness.packet} is accepted by {subject.filter.file} after all")
    return Finding(
        target=subject.filter.device,
        property="missing",
        file=subject.filter.file,
        line=rule.line if rule else subject.filter.default_line,
        message=f"blocks {clause.what} ({subject.filter.point}): {text(rule)}",
        family=subject.filter.family,
        packet=str(witness.packet),
        flow=clause.flow.name if clause.flow else None,
    )


def _nearest(subject: Subject, rule: Rule | None) -> Clause | None:
    """The first thing that is declared and that the rule has to do with."""
    for one in rule.boxes if rule else ():
        for clause in subject.expected.may:
            if clause.flow and clause.box.meet(one):
                return clause
    return None


def _dead(subject: Subject, solver: Solver, seed: int) -> Iterator[Finding]:
    space, table = replace(subject.space, fragments=True), subject.table
    if space != subject.space:
        table = of_filter(subject.filter, space, solver.pool)
    rules = subject.filter.rules
    for one in dead(table, len(rules), solver, seed)[:MOST]:
        rule = rules[one.place]
        why = "fits no packet"
        if one.hidden_by is not None:
            why = f"is hidden by line {rules[one.hidden_by].line}"
        yield Finding(
            target=subject.filter.device,
            property="dead",
            file=subject.filter.file,
            line=rule.line,
            message=f"a rule without effect {why} ({subject.filter.point}): {text(rule)}",
            family=subject.filter.family,
        )


def text(rule: Rule | None) -> str:
    """A rule on one line, or that there is none."""
    return "no rule, hence the default" if rule is None else rule.text


def explained(filter_: Filter, packet: Packet) -> str:
    """What a filter does with a packet and where it says so."""
    action, rule = decide(filter_, packet)
    line = rule.line if rule else filter_.default_line
    return f"{action}: {filter_.file}:{line}: {text(rule)}"
