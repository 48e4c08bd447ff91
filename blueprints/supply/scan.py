"""`tutela model scan`: whether an image may be mirrored, by what a scanner found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from blueprints.display import count, visible
from blueprints.parts.names import FreeText, Strict
from blueprints.supply.report import (
    SEVERITIES,
    Report,
    ReportError,
    Severity,
    Vulnerability,
    read_report,
)
from blueprints.yamlfile import check, read

SCHEMA: Final = "tutela/scan/v1"
SHOWN: Final = 50
"""Findings that are told one by one; JSON has all."""


class Accepted(Strict):
    """A finding that somebody answers for, until a day."""

    id: FreeText
    package: FreeText | None = None
    """None: in whichever package."""
    until: date
    reason: FreeText


class Acceptances(Strict):
    """The whole file."""

    version: Literal[1]
    accept: Annotated[list[Accepted], Field(max_length=5_000)]


@dataclass(frozen=True)
class Asked:
    """What is judged, and how strictly."""

    report: Path
    image: str | None = None
    """Digest that the report has to be about."""
    ignore: Path | None = None
    fail_on: Severity = "high"
    fixed_only: bool = False
    """Pass over what no version of the package mends."""
    days: int = 30
    """How old a report may be: what is known of an image grows."""


@dataclass(frozen=True)
class Judged:
    """What speaks against an image."""

    report: Report
    asked: Asked
    against: Sequence[Vulnerability]
    accepted: Sequence[Vulnerability]
    below: int
    unfixed: int
    remarks: Sequence[str] = ()

    @property
    def exit_code(self) -> int:
        """3 where something speaks against it."""
        return 3 if self.against else 0

    def __str__(self) -> str:
        lines = [
            f"{one.severity if one.rated else 'unrated'}: {one.id} in {one.package}"
            f" {one.installed}" + (f", mended in {one.fixed}" if one.fixed else ", not mended yet")
            for one in self.against[:SHOWN]
        ]
        if len(self.against) > SHOWN:
            lines.append(f"and {count(len(self.against) - SHOWN)} more: --json")
        lines += [f"note: {one}" for one in self.remarks]
        counts = [
            f"{count(len(self.against))} of severity {self.asked.fail_on} or above",
            f"{count(len(self.accepted))} accepted",
            f"{count(self.below)} below",
        ]
        if self.asked.fixed_only:
            counts.append(f"{count(self.unfixed)} that nothing mends")
        verdict = "refused" if self.against else "passes"
        lines.append(f"{self.report.image} {verdict}: {', '.join(counts)}")
        return "\n".join(visible(line) for line in lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/scan/v1``."""
        return {
            "schema": SCHEMA,
            "scanner": self.report.scanner,
            "image": self.report.image,
            "digests": sorted(self.report.digests),
            "at": self.report.at,
            "passes": not self.against,
            "against": [_plain(one) for one in self.against],
            "accepted": [_plain(one) for one in self.accepted],
            "below": self.below,
            "unfixed": self.unfixed,
            "remarks": list(self.remarks),
        }


def _plain(one: Vulnerability) -> dict[str, object]:
    return {
        "id": one.id,
        "package": one.package,
        "installed": one.installed,
        "fixed": one.fixed,
        "severity": one.severity,
        "rated": one.rated,
    }


def severity_of(text: str) -> Severity:
    """A severity from the command line. Raises ReportError."""
    for one in SEVERITIES:
        if one == text.lower():
            return one
    raise ReportError(f"--fail-on {text} is none of {', '.join(SEVERITIES)}")


def scan(asked: Asked, now: datetime) -> Judged:
    """Judge a report.

    Raises ReportError for one that is not of the image, is too old or of an unknown time, or cannot
    be understood; InvalidFileError for mistakes in the file of what is accepted.
    """
    report = read_report(asked.report)
    if asked.image is not None and asked.image not in report.digests:
        said = ", ".join(sorted(report.digests)) or "no digest"
        raise ReportError(f"{asked.report} is about {said}, and not about {asked.image}")
    oldest = now - timedelta(days=asked.days)
    if report.at is None or not oldest <= report.at <= now + timedelta(days=1):
        when = report.at.date().isoformat() if report.at else "a time that it does not say"
        raise ReportError(f"{asked.report} is of {when}: scan the image again")
    accepted = _accepted(asked.ignore)
    remarks: list[str] = []
    against: list[Vulnerability] = []
    let: list[Vulnerability] = []
    below = unfixed = 0
    used: set[int] = set()
    for one in report.found:
        if SEVERITIES.index(one.severity) < SEVERITIES.index(asked.fail_on):
            below += 1
            continue
        if asked.fixed_only and not one.fixed:
            unfixed += 1
            continue
        matching = [entry for entry in accepted if _fits(entry, one)]
        used.update(map(id, matching))
        if any(now.date() <= entry.until for entry in matching):
            let.append(one)
            continue
        against.append(one)
        remarks += [f"{one.id} was accepted until {entry.until}" for entry in matching]
    remarks += [
        f"{entry.id} is accepted and was not found" for entry in accepted if id(entry) not in used
    ]
    against.sort(key=lambda one: (-SEVERITIES.index(one.severity), one))
    return Judged(report, asked, against, let, below, unfixed, remarks)


def _accepted(file: Path | None) -> Sequence[Accepted]:
    return () if file is None else check(Acceptances, read(file)).accept


def _fits(entry: Accepted, one: Vulnerability) -> bool:
    return entry.id in (one.id, *one.aliases) and entry.package in (None, one.package)
