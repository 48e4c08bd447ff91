"""A pin: the signed-off word of a person that something must stay, and how it is written down.

A pin is `pins/<artifact id>/<pin id>.json`, its release `pins/<artifact id>/<pin id>.released.json`
beside it; neither is ever changed. Records are found in buckets, so they are hostile: whatever is
wrong with one, it can only keep more. A pin that cannot be read keeps the artifact that its path
names, for good; a release that cannot be read, or is dated in the future, releases nothing.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from governance.artifact import ArtifactId

PIN_SCHEMA = "tutela/pin/v1"
RELEASE_SCHEMA = "tutela/pin-release/v1"
FOLDER = "pins/"
MAX_TEXT = 1000
"""Characters of a name or a reason; more is cut when it is read."""

_PATH = re.compile(r"pins/([0-9a-f]{24})/(.+)", re.DOTALL)
_ARTIFACT = re.compile(r"[0-9a-f]{24}")
_URI = re.compile(r"(s3://[^/]+/|file:///).*", re.DOTALL)
_RELEASED = ".released.json"

Record = Mapping[str, object]


@dataclass(frozen=True)
class Found:
    """A record as it lies in a store or a workspace: its content, or why there is none."""

    path: str
    """From the governance prefix: `pins/<artifact id>/<name>`."""
    record: Record | None
    problem: str | None = None


@dataclass(frozen=True)
class Release:
    """Who released a pin, why and when."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Pin:
    """One pin. Text is foreign and raw."""

    id: str
    store: str | None
    """Identity of the store it lies in; None where it lies in a workspace: of any store."""
    location: str | None
    """URI that its path is below; None where it lies in a workspace."""
    artifact: ArtifactId | None
    """What the record's path names."""
    uri: str | None
    """Root of what was pinned; None where the record could not be read."""
    by: str
    reason: str
    at: datetime | None
    until: datetime | None = None
    """The first moment at which it keeps nothing any more; None: until it is released."""
    also: ArtifactId | None = None
    """What the record itself names, where that differs from its path."""
    problem: str | None = None
    """What is wrong with the record, in words; it keeps all the same."""
    release: Release | None = None

    def is_active(self, now: datetime) -> bool:
        """Say whether it keeps anything at a moment."""
        return self.release is None and (self.until is None or self.until > now)


def pin_path(artifact: str, pin: str) -> str:
    """Return the path of a pin's record."""
    return f"{FOLDER}{artifact}/{pin}.json"


def release_path(artifact: str, pin: str) -> str:
    """Return the path of the record that releases a pin."""
    return f"{FOLDER}{artifact}/{pin}{_RELEASED}"


def new_pin(
    *, artifact: str, uri: str, by: str, reason: str, at: datetime, until: datetime | None
) -> dict[str, str | None]:
    """Return the record of a new pin; its id follows from what it says, to the microsecond."""
    record: dict[str, str | None] = {
        "schema": PIN_SCHEMA,
        "artifact": artifact,
        "uri": uri,
        "by": by,
        "reason": reason,
        "at": _text(at),
        "until": _text(until) if until else None,
    }
    record["id"] = "pin-" + digest_of(record)[:12]
    return {**record, "digest": digest_of(record)}


def new_release(pin: Pin, *, by: str, reason: str, at: datetime) -> dict[str, str | None]:
    """Return the record that releases a pin."""
    record: dict[str, str | None] = {
        "schema": RELEASE_SCHEMA,
        "id": pin.id,
        "artifact": pin.artifact,
        "by": by,
        "reason": reason,
        "at": _text(at),
    }
    return {**record, "digest": digest_of(record)}


def digest_of(record: Record) -> str:
    """Return the sha256 over the canonical JSON of everything but `digest`."""
    rest = {key: value for key, value in record.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def interpret(
    found: Iterable[Found], now: datetime, *, store: str | None = None, location: str | None = None
) -> list[Pin]:
    """Turn the records of one place into pins, released ones too, by path.

    Never raises for what a record holds. What lies outside of `pins/<artifact id>/` names nothing
    and is passed over.
    """
    pins: dict[tuple[str, str], Pin] = {}
    releases: dict[tuple[str, str], Release] = {}
    for one in found:
        path = _PATH.fullmatch(one.path)
        if path is None:
            continue
        artifact, name = path[1], _utf8(path[2])
        if name.endswith(_RELEASED):
            pin = name.removesuffix(_RELEASED)
            release = _release(one, artifact, pin, now)
            if release is not None:
                releases[artifact, pin] = release
            continue
        pin = name.removesuffix(".json")
        pins[artifact, pin] = replace(_pin(one, artifact, pin), store=store, location=location)
    return [
        replace(pin, release=releases[key]) if key in releases else pin
        for key, pin in sorted(pins.items())
    ]


def _pin(found: Found, artifact: str, name: str) -> Pin:
    record = found.record or {}
    problem = found.problem or _wrong(record, PIN_SCHEMA, artifact, name)
    until, wrong_until = _until(record)
    uri = record.get("uri")
    return Pin(
        id=name,
        store=None,
        location=None,
        artifact=ArtifactId(artifact),
        uri=_utf8(uri) if isinstance(uri, str) and _URI.fullmatch(uri) else None,
        by=_short(record.get("by")),
        reason=_short(record.get("reason")),
        at=_time(record.get("at")),
        # An end counts only in a record that is right in everything.
        until=None if problem or wrong_until else until,
        also=_artifact(record.get("artifact"), artifact),
        problem=problem or wrong_until,
    )


def _release(found: Found, artifact: str, pin: str, now: datetime) -> Release | None:
    record = found.record or {}
    if found.problem or _wrong(record, RELEASE_SCHEMA, artifact, pin):
        return None
    at = _time(record.get("at"))
    if at is None or at > now:
        return None
    return Release(_short(record.get("by")), _short(record.get("reason")), at)


def _wrong(record: Record, schema: str, artifact: str, name: str) -> str | None:
    """Say what is wrong with a record, in words without foreign text; None where nothing is."""
    if not all(isinstance(value, str) or value is None for value in record.values()):
        return "it holds something else than text"
    if record.get("schema") != schema:
        return "it has another schema"
    if record.get("artifact") != artifact or record.get("id") != name:
        return "it is not about what its path names"
    for key in ("by", "reason"):
        said = record.get(key)
        if not isinstance(said, str) or not said.strip():
            return f"it does not say {key}"
    if schema == PIN_SCHEMA:
        uri = record.get("uri")
        if not isinstance(uri, str) or not _URI.fullmatch(uri):
            return "it has no uri"
    if _time(record.get("at")) is None:
        return "it has no date"
    if record.get("digest") != digest_of(record):
        return "its digest does not match"
    return None


def _until(record: Record) -> tuple[datetime | None, str | None]:
    said = record.get("until")
    if said is None:
        return None, None
    until = _time(said)
    return until, None if until else "its end is no date"


def _time(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _short(value: object) -> str:
    return _utf8(value[:MAX_TEXT]) if isinstance(value, str) else ""


def _utf8(text: str) -> str:
    """JSON and file names can hold halves of characters that no database takes."""
    return text.encode("utf-8", "replace").decode()


def _artifact(said: object, path: str) -> ArtifactId | None:
    """What a record names beside what its path does."""
    if isinstance(said, str) and said != path and _ARTIFACT.fullmatch(said):
        return ArtifactId(said)
    return None
