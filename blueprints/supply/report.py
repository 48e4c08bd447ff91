"""What a scanner found in an image, from the JSON of Trivy or Grype; foreign text, read as such.

Sources: Trivy ``pkg/types/report.go`` (schema version 2), Grype ``grype/presenter/models``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from blueprints.errors import ExpectedError

MAX_REPORT: Final = 256 << 20
"""Bytes; an image of 10 GB gives some 5 MB."""
Severity: TypeAlias = Literal["negligible", "low", "medium", "high", "critical"]
SEVERITIES: Final[tuple[Severity, ...]] = ("negligible", "low", "medium", "high", "critical")


class ReportError(ExpectedError):
    """A report that cannot be understood, or is not of what it should be of."""

    kind = "report"


@dataclass(frozen=True, order=True)
class Vulnerability:
    """One finding."""

    id: str
    package: str
    installed: str
    fixed: str
    """Version that mends it; empty: there is none."""
    severity: Severity
    """What nobody has rated counts as high."""
    rated: bool = True
    aliases: tuple[str, ...] = ()
    """Other names of the same, such as the CVE of a GHSA."""


@dataclass(frozen=True)
class Report:
    """One report."""

    scanner: str
    image: str
    """As the scanner was told."""
    digests: frozenset[str]
    at: datetime | None
    found: tuple[Vulnerability, ...]
    """Each once, however often it is in the image; sorted."""


def read_report(file: Path) -> Report:
    """Read a report. Raises ReportError."""
    try:
        with file.open("rb") as stream:
            text = stream.read(MAX_REPORT + 1)
    except OSError as error:
        raise ReportError(f"cannot read {file}: {error.strerror}") from error
    if len(text) > MAX_REPORT:
        raise ReportError(f"{file} has more than {MAX_REPORT} bytes")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file} is not JSON") from error
    try:
        if isinstance(data, dict) and data.get("SchemaVersion") == 2:
            return _trivy(data, file)
        if isinstance(data, dict) and "matches" in data and "source" in data:
            return _grype(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"{file} is not as its scanner writes it") from error
    raise ReportError(
        f"{file} is no report of Trivy or Grype about an image",
        "trivy image --format json --output REPORT IMAGE@DIGEST",
    )


def _trivy(data: dict[str, Any], file: Path) -> Report:
    if data.get("ArtifactType") != "container_image":
        raise ReportError(f"{file} is not about an image")
    # Without any it found no package at all: it did not understand what it saw.
    results = data.get("Results")
    if not results:
        raise ReportError(f"{file} says nothing of any package: nothing was scanned")
    found = [
        _vulnerability(
            one["VulnerabilityID"],
            one["PkgName"],
            one.get("InstalledVersion", ""),
            one.get("FixedVersion", ""),
            one.get("Severity", ""),
        )
        for result in results
        for one in result.get("Vulnerabilities") or ()
    ]
    metadata = data.get("Metadata") or {}
    return Report(
        "trivy",
        str(data.get("ArtifactName", "")),
        frozenset(_digests([data.get("ArtifactName"), *(metadata.get("RepoDigests") or ())])),
        _moment(data.get("CreatedAt")),
        tuple(sorted(set(found))),
    )


def _grype(data: dict[str, Any]) -> Report:
    target = data["source"]["target"]
    found = []
    for match in data["matches"]:
        one, package = match["vulnerability"], match["artifact"]
        versions = (one.get("fix") or {}).get("versions") or ()
        aliases = tuple(
            sorted({str(other["id"]) for other in match.get("relatedVulnerabilities") or ()})
        )
        found.append(
            _vulnerability(
                one["id"],
                package["name"],
                package.get("version", ""),
                ", ".join(map(str, versions)),
                one.get("severity", ""),
                aliases,
            )
        )
    said = [target.get("manifestDigest"), *(target.get("repoDigests") or ())]
    return Report(
        "grype",
        str(target.get("userInput", "")),
        frozenset(_digests([target.get("userInput"), *said])),
        _moment((data.get("descriptor") or {}).get("timestamp")),
        tuple(sorted(set(found))),
    )


def _vulnerability(
    name: object,
    package: object,
    installed: object,
    fixed: object,
    severity: object,
    aliases: tuple[str, ...] = (),
) -> Vulnerability:
    said = str(severity).lower()
    rated = next((one for one in SEVERITIES if one == said), None)
    return Vulnerability(
        *(_short(name), _short(package), _short(installed), _short(fixed)),
        severity=rated or "high",
        rated=rated is not None,
        aliases=aliases,
    )


def _short(text: object) -> str:
    return str(text)[:300]


def _digests(texts: list[object]) -> Iterator[str]:
    for text in texts:
        if hit := re.search(r"sha256:[0-9a-f]{64}$", str(text)):
            yield hit[0]


def _moment(text: object) -> datetime | None:
    # Both write nanoseconds, of which Python reads six digits.
    head, dot, rest = str(text).partition(".")
    zone = rest.lstrip("0123456789") if dot else ""
    try:
        moment = datetime.fromisoformat(head + zone)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
