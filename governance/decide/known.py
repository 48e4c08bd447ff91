"""What a workspace knows, as the decision takes it."""

from collections.abc import Iterator, Sequence

from governance.decide.evidence import Doubt, Evidence, Reading
from governance.evidence.known import Known


def evidence_of(known: Sequence[Known]) -> Evidence:
    """Return the sources of a workspace for `decide`."""
    return Evidence(tuple(map(_reading, known)))


def _reading(known: Known) -> Reading:
    said = known.reading
    return Reading(
        kind=said.kind,
        as_of=said.as_of,
        name=said.name,
        doubts=tuple(_doubts(known)),
        trusted=said.trusted,
        reach=known.reach,
        claims=known.claims,
        notes=known.notes,
    )


def _doubts(known: Known) -> Iterator[Doubt]:
    said = known.reading
    for problem in said.problems:
        yield Doubt(problem.words, problem.within)
    if not said.complete and not said.problems:
        yield Doubt("no reason given")
