"""One device at one point in one family: is it what the intent says?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tce.prove.clause import Clause, Expected
from tce.prove.compare import MOST, Witness, difference
from tce.prove.dead import dead
from tce.prove.intent import OWN, Intent
from tce.prove.report import Finding, Property
from tce.prove.slices import meeting
from tce.prove.smt import Solver
from tce.prove.table import Space, Table, meet, of_clauses, of_filter
from tce.space.filter import Filter, Rule, decide
from tce.space.header import Packet, Range, box

TENANTS = ("tenants",)


@dataclass(frozen=True)
class Subject:
    """A filter, what is expected of it, and both as tables."""

    filter: Filter
    space: Space
    expected: Expected
    table: Table
    must: Table
    may: Table


def subject(filter_: Filter, expected: Expected) -> Subject:
    """Connection tracking puts fragments together, so that a router's rules see none."""
    point = filter_.point if filter_.point in ("forward", "input") else "switch"
    space = Space(filter_.family, point, fragments=not filter_.stateful)
    return Subject(
        filter_,
        space,
        expected,
        of_filter(filter_, space),
        of_clauses(expected.must, space),
        of_clauses(expected.may, space),
    )


def findings(subject: Subject, intent: Intent, solver: Solver, seed: int) -> Iterator[Finding]:
    """Lateral paths, what is too much, what is missing, rules without effect."""
    known = set()
    # What is for the gateway itself goes no further.
    if subject.filter.point != "input":
        lateral = difference(_lateral(subject, intent), Table(subject.space), solver)
        known = {witness.place for witness in lateral}
        for witness in lateral:
            yield _accepted(subject, witness, "lateral")
    for witness in difference(subject.table, subject.may, solver):
        if witness.place not in known:
            yield _accepted(subject, witness, "extra")
    for witness in difference(subject.must, subject.table, solver):
        yield _blocked(subject, witness)
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


def cut(table: Table, boxes: Iterable[tuple[Range, ...]]) -> Table:
    """Only what lies in any of the boxes is still accepted."""
    within = list(boxes)
    found = Table(table.space)
    for number, which in meeting(table.rows, within):
        for one in which if table.accepts[number] else ():
            both = meet(table.rows[number], within[one])
            if both is not None:
                found.rows.append(both)
                found.places.append(table.places[number])
                found.accepts.append(True)
        if not table.accepts[number]:
            found.rows.append(table.rows[number])
            found.places.append(table.places[number])
            found.accepts.append(False)
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


def _blocked(subject: Subject, witness: Witness) -> Finding:
    action, rule = decide(subject.filter, witness.packet)
    if action == "accept":
        raise RuntimeError(f"{witness.packet} is accepted by {subject.filter.file} after all")
    clause = subject.expected.must[witness.place]
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
    space = replace(subject.space, fragments=True)
    table = subject.table if space == subject.space else of_filter(subject.filter, space)
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
