"""What is known of a source, in words for people: the same in every list and report."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime

from blueprints.display import WIDTH, count, span, table, visible, when
from governance.evidence.asking import UNKNOWN_WRITERS
from governance.evidence.kinds import LINKS, STORE
from governance.evidence.known import Known
from governance.evidence.schema import Reading

SHOWN_PROBLEMS = 5
"""Problems of one source that a text names."""


def title(known: Known) -> str:
    """Kind and name, as they are typed; of a store, the place that was scanned. Raw."""
    reading = known.reading
    return f"{reading.kind} {reading.place if reading.kind == STORE else reading.name}"


def answered(reading: Reading) -> str:
    """Whether it answered: `completely`, `not completely`, or `never`."""
    if reading.as_of is None:
        return "never"
    return "completely" if reading.complete else "not completely"


def age(reading: Reading, now: datetime) -> str:
    """How old its claims are."""
    if reading.as_of is None:
        return "-"
    return "in the future" if reading.as_of > now else span(now - reading.as_of)


def trust(reading: Reading) -> str:
    """Whether facts that let things go are believed of it."""
    return "yes" if reading.trusted else "no: it may only add reasons to keep"


def mend(known: Known) -> str | None:
    """What to type so that it answers; None where nothing is wrong, or its problems say it."""
    reading = known.reading
    if reading.kind == STORE:
        return None if reading.complete else f"tutela catalog scan {reading.place}"
    if reading.kind == LINKS:
        return None
    if not known.registered:
        return f'tutela evidence forget {reading.kind}/{reading.name} --reason "WHY"'
    return None if reading.complete else f"tutela evidence read {reading.name}"


def problems(reading: Reading, most: int = SHOWN_PROBLEMS) -> list[str]:
    """Its problems, the first of them; foreign text in them is raw."""
    said = [
        problem.words + (f" (about {problem.within})" if problem.within else "")
        for problem in reading.problems[:most]
    ]
    more = max(reading.problem_count, len(reading.problems)) - len(said)
    return said + ([f"and {count(more)} more"] if more > 0 else [])


def overview(known: Iterable[Known], now: datetime) -> str:
    """A table with one line for each source."""
    head = ("source", "as of", "age", "answered", "claims")
    rows = [
        (
            title(one),
            when(one.reading.as_of) if one.reading.as_of else "-",
            age(one.reading, now),
            answered(one.reading),
            count(one.reading.claims),
        )
        for one in known
    ]
    return table(head, rows, right={4}, whole={1, 2, 3})


def details(one: Known) -> list[str]:
    """Lines about one source: what was asked, who could write it, what is wrong, what to type."""
    reading = one.reading
    lines = [visible(title(one))]
    if reading.kind != STORE:
        lines += wrapped(f"  asks      {visible(reading.place)}", 12)
    if reading.writers != UNKNOWN_WRITERS:
        lines += wrapped(f"  written   by {visible(reading.writers)}", 12)
    lines += wrapped(f"  trusted   {trust(reading)}", 12)
    if one.reach:
        lines += wrapped(f"  about     {visible(', '.join(one.reach))}", 12)
    if not one.registered:
        lines.append("  It is no longer in tutela.yaml, and still counts until it is forgotten.")
    for words in problems(reading):
        lines += wrapped(f"  - {visible(words)}", 4)
    for words in reading.remarks[:SHOWN_PROBLEMS]:
        lines += wrapped(f"  note: {visible(words)}", 4)
    command = mend(one)
    if command is not None:
        # Never cut or wrapped: it is there to be copied.
        lines.append(f"  {visible(command)}")
    return lines


def wrapped(text: str, indent: int) -> list[str]:
    """Lines of at most 100 columns; those after the first are set in."""
    start = len(text) - len(text.lstrip())
    return textwrap.wrap(
        text,
        WIDTH,
        drop_whitespace=True,
        subsequent_indent=" " * max(indent, start),
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def as_json(one: Known, now: datetime) -> dict[str, object]:
    """One source as it stands in the JSON of lists and reports."""
    reading = one.reading
    age_seconds = int((now - reading.as_of).total_seconds()) if reading.as_of else None
    return {
        "kind": reading.kind,
        "name": reading.name,
        "place": reading.place,
        "registered": one.registered,
        "writers": reading.writers,
        "trusted": reading.trusted,
        "asked": reading.asked.isoformat(),
        "as_of": reading.as_of.isoformat() if reading.as_of else None,
        "age_seconds": age_seconds,
        "complete": reading.complete,
        "claims": reading.claims,
        "notes": reading.notes,
        "problems": [
            {"words": problem.words, "within": problem.within} for problem in reading.problems
        ],
        "problem_count": reading.problem_count,
        "remarks": list(reading.remarks),
        "reach": list(one.reach),
        "metrics": list(reading.metrics),
        "requests": reading.requests,
        "mend": mend(one),
    }


def page(known: Sequence[Known], now: datetime) -> str:
    """The table, then each source in a few lines."""
    if not known:
        return "no evidence"
    return "\n\n".join([overview(known, now), *("\n".join(details(one)) for one in known)])
