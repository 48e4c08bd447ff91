"""Packets that the proof says a file treats otherwise than the intent: each is sent, too."""

from collections.abc import Iterable, Iterator

from tce.prove.intent import Intent
from tce.space.filter import Filter
from tce.space.header import FAMILIES, Packet

WITHOUT_SOLVER = (
    "witnesses of the proof were not sent: there is no solver (pip install 'tutela[prove]')"
)


def witnesses(filters: Iterable[Filter], intent: Intent) -> Iterator[Packet]:
    """At most 25 for each point, family and direction; none where the file does what it should.

    Raises ImportError where z3 or numpy is not installed.
    """
    from tce.prove.compare import difference
    from tce.prove.device import Subjects
    from tce.prove.smt import Solver
    from tce.prove.table import Pool, of_clauses

    given = tuple(filters)
    for family in FAMILIES:
        pool = Pool()
        solver, subjects = Solver(family, pool), Subjects(intent, pool)
        for one in given:
            if one.family == family:
                subject = subjects.subject(one)
                for witness in difference(subject.table, subject.may, solver):
                    yield witness.packet
                # Few boxes, and a little more than must pass: whoever passes them blocks nothing.
                if difference(subject.wide, subject.table, solver, 1):
                    must = of_clauses(subject.expected.must, subject.space, pool)
                    for witness in difference(must, subject.table, solver):
                        yield witness.packet
