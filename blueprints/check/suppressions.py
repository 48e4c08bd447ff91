"""Findings that somebody accepted for a while: which they are, and which entries are stale."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from blueprints.check.finding import Finding, Level
from blueprints.check.settings import Settings, Suppression

RULE = "suppression"
"""Under which a stale entry is itself a finding; it cannot be suppressed."""


@dataclass(frozen=True)
class Suppressed:
    """A finding, and what accepts it."""

    finding: Finding
    by: Suppression


def matches(one: Suppression, finding: Finding) -> bool:
    """Whether an entry means a finding, whatever the date."""
    return (
        one.rule == finding.rule != RULE
        and fnmatchcase(finding.file, one.file)
        and (one.line is None or one.line == finding.line)
    )


def apply(
    findings: Iterable[Finding], settings: Settings, today: dt.date
) -> tuple[list[Finding], list[Suppressed]]:
    """Part findings into those that stand and those that are suppressed on this day."""
    by_rule: dict[str, list[Suppression]] = {}
    for entry in settings.suppress:
        if today <= entry.until:
            by_rule.setdefault(entry.rule, []).append(entry)
    standing, suppressed = [], []
    for finding in findings:
        entries = by_rule.get(finding.rule, ())
        by = next((entry for entry in entries if matches(entry, finding)), None)
        if by is None:
            standing.append(finding)
        else:
            suppressed.append(Suppressed(finding, by))
    return standing, suppressed


def expired(settings: Settings, today: dt.date) -> Iterator[Finding]:
    """Yield a finding for each entry whose last day is past."""
    for number, entry in enumerate(settings.suppress):
        if entry.until < today:
            yield _finding(
                settings,
                number,
                f"the suppression of {entry.rule} ended on {entry.until}",
                "look at what it hid: mend it, or give a new reason and date",
            )


def unused(
    settings: Settings, today: dt.date, found: Sequence[Finding], ran: Iterable[str]
) -> Iterator[Finding]:
    """Yield a finding for each entry that hides nothing.

    `found` is what all rules that `ran` said; of other rules nothing is known.
    """
    ran = set(ran)
    for number, entry in enumerate(settings.suppress):
        if today > entry.until or entry.rule not in ran:
            continue
        if not any(matches(entry, finding) for finding in found):
            where = "" if entry.file == "*" else f" in {entry.file}"
            yield _finding(
                settings,
                number,
                f"the suppression of {entry.rule}{where} hides nothing",
                "remove it",
            )


def unknown(settings: Settings, ids: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each entry whose rule there is not."""
    known = set(ids)
    for number, entry in enumerate(settings.suppress):
        if entry.rule not in known:
            yield _finding(
                settings, number, f"a suppression of {entry.rule}, which is no rule", "remove it"
            )


def _finding(settings: Settings, number: int, message: str, hint: str) -> Finding:
    line = settings.suppress_lines[number] if number < len(settings.suppress_lines) else 0
    return Finding(settings.suppress_file, line, RULE, message, Level.WARNING, hint)
