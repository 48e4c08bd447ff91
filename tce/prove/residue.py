"""What a device without state accepts beyond the intent, rule by rule: a limit that is told.

It is no finding: the lowering allows it, and that it joins nobody whom no flow joins is proved.
"""

from collections.abc import Iterator

from tce.prove.clause import Clause
from tce.prove.device import Subject
from tce.space.header import TCP, Field

_MOST = 3


def residue(subject: Subject) -> Iterator[str]:
    """``file:line: what``, for each rule that accepts what no flow says."""
    if subject.filter.stateful:
        return
    table = subject.table
    found: dict[int, dict[str, None]] = {}
    meeting = subject.may.index.meeting(table.accepted_columns)
    for row, which in zip(table.accepted, meeting, strict=True):
        for one in which:
            clause = subject.expected.may[subject.may.places[one]]
            if what := _beyond(clause):
                found.setdefault(table.places[row], {})[what] = None
    for place, said in sorted(found.items()):
        rules = subject.filter.rules
        line = rules[place].line if place < len(rules) else subject.filter.default_line
        words = list(said)[:_MOST]
        if len(said) > _MOST:
            words.append(f"{len(said) - _MOST} more")
        where = f"{subject.filter.file}:{line} (IPv{subject.filter.family})"
        yield f"{where}: {', '.join(words)}"


def _beyond(clause: Clause) -> str | None:
    """In words; None where it is exactly what is declared."""
    if clause.flow is None or clause.what != clause.flow.name:
        return clause.what
    if clause.box[Field.PROTO] == (TCP, TCP):
        return f"tcp of {clause.what} with any flags"
    return None
