"""The certificate of a report for a terminal: at most 100 columns, made visible."""

import textwrap
from collections.abc import Sequence

from blueprints.display import WIDTH, count, table, visible, when
from governance.retention.certificate import Certificate
from governance.retention.dangling import Dangling

_SHOWN = 25
_INDENT = "  "


def section(evidence: Sequence[Certificate]) -> str:
    """Every source in a line of a table, then who could have written it and what is wrong."""
    if not evidence:
        return ""
    shown = evidence[:_SHOWN]
    lines = ["Evidence: who was asked what is still needed", _table(shown), ""]
    for one in shown:
        lines += _details(one)
    if len(evidence) > _SHOWN:
        lines.append(f"{_INDENT}and {count(len(evidence) - _SHOWN)} more: tutela evidence list")
    return "\n".join(lines)


def blocking(evidence: Sequence[Certificate]) -> str:
    """The same, of those sources only for whose sake something is kept."""
    return section([one for one in evidence if one.blocks is not None])


def gone(found: Dangling) -> str:
    """What somebody needs and is not there; nothing where all of it is."""
    if not found.count:
        return ""
    lines = ["Needed, and not there"]
    for words, place in found.examples:
        lines += _wrap(visible(f"{words}: {place}"), f"{_INDENT}- ", _INDENT * 2)
    more = found.count - len(found.examples)
    return "\n".join([*lines, *([f"{_INDENT}and {count(more)} more"] if more else [])])


def one_line(one: Certificate) -> str:
    """A source in a sentence, raw: when it was asked, how it answered, what it is good for."""
    reading = one.reading
    if reading.as_of is None:
        said = "never answered"
    else:
        said = "answered completely" if reading.complete else "did not answer completely"
        said += f", as of {when(reading.as_of)} ({one.age} old)"
        said += f", {count(reading.claims)} claim{'' if reading.claims == 1 else 's'}"
    if not reading.writers:
        return f"{one.title}: {said}; it {one.blocks}"
    why = f"; it {one.blocks}" if one.blocks is not None and reading.complete else ""
    return f"{one.title}: {said}; it {one.word}{why}"


def _table(shown: Sequence[Certificate]) -> str:
    head = ("source", "as of", "age", "answered", "claims", "required by")
    rows = [
        (
            one.title,
            when(one.reading.as_of) if one.reading.as_of else "-",
            one.age,
            one.answered,
            count(one.reading.claims),
            ", ".join(one.required) or "-",
        )
        for one in shown
    ]
    lines = table(head, rows, right={4}, whole={1, 2, 3}, columns=WIDTH - len(_INDENT))
    return textwrap.indent(lines, _INDENT)


def _details(one: Certificate) -> list[str]:
    said = f"{one.title} {one.word}; what it says can be written by {one.reading.writers}"
    if not one.reading.writers:
        said = one.title
    lines = _wrap(visible(said), _INDENT, _INDENT * 2)
    for words in one.problems:
        lines += _wrap(visible(words), f"{_INDENT * 2}- ", _INDENT * 3)
    if one.blocks is not None:
        lines += _wrap(visible(f"It {one.blocks}, so {one.where} is kept."), *[_INDENT * 2] * 2)
    if one.remedy is not None:
        # Never cut: it is there to be copied.
        lines.append(f"{_INDENT * 2}to mend it: {visible(one.remedy)}")
    return lines


def _wrap(words: str, first: str, indent: str) -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
