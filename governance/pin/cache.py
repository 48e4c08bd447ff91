"""What a workspace knows of the pins that lie in stores: one JSON file per place.

The cache is read by reports, so that they need no store. It forgets nothing: a record that has
disappeared from its store still keeps, for only a release may end a pin.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from governance.pin.local import read_records
from governance.pin.places import Place, place_of
from governance.pin.record import Found, Pin, interpret
from governance.snapshot.reader import Snapshot
from governance.workspace.workspace import Workspace, write_file

CACHE_SCHEMA = "tutela/pin-cache/v1"
NEVER_READ = "they have not been read yet: tutela pin list"
MAX_CACHE = 512 * 1024 * 1024
"""Bytes."""


@dataclass(frozen=True)
class Cached:
    """The records of one place as they were last read."""

    as_of: datetime | None
    """When they were last read completely; None: never."""
    problem: str | None
    """Why the last attempt failed, in words; None where it did not."""
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Known:
    """Every pin that a workspace knows, and where it cannot know."""

    pins: tuple[Pin, ...]
    """Released and lapsed ones too."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Id of a snapshot -> why the pins that lie in its store are not known."""
    as_of: datetime | None = None
    """When the place that was read longest ago was read; None where no place has pins."""

    @property
    def unreleased(self) -> list[Pin]:
        """Pins that nobody released, lapsed ones too: what decisions want."""
        return [pin for pin in self.pins if pin.release is None]


def known_pins(workspace: Workspace, snapshots: Sequence[Snapshot], now: datetime) -> Known:
    """Return what is known of the pins on these snapshots, without asking any store.

    Raises GovernanceError where the workspace's own pins cannot be read.
    """
    pins = interpret(read_records(workspace.pins_dir), now)
    unknown: dict[str, str] = {}
    read: dict[tuple[str, str], Cached] = {}
    for snapshot in snapshots:
        place = place_of(snapshot.manifest, workspace.config)
        if place is None:
            continue
        key = (place.identity, place.location)
        if key not in read:
            read[key] = load(workspace, place)
            pins += interpret(read[key].found, now, store=place.identity, location=place.location)
        why = read[key].problem
        if why is not None:
            unknown[snapshot.manifest.id] = why
    times = [cached.as_of for cached in read.values() if cached.as_of is not None]
    return Known(tuple(pins), unknown, min(times, default=None))


def load(workspace: Workspace, place: Place) -> Cached:
    """Return the cache of one place; a cache that is damaged is as good as none."""
    try:
        with _file(workspace, place).open("rb") as stream:
            text = stream.read(MAX_CACHE + 1)
        said = json.loads(text) if len(text) <= MAX_CACHE else None
        if not isinstance(said, dict) or said.get("schema") != CACHE_SCHEMA:
            return Cached(None, NEVER_READ)
        as_of = said["as_of"]
        return Cached(
            datetime.fromisoformat(as_of).astimezone(UTC) if as_of is not None else None,
            said["problem"],
            tuple(Found(one["path"], one["record"], one["problem"]) for one in said["records"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Cached(None, NEVER_READ)


def store(workspace: Workspace, place: Place, cached: Cached) -> None:
    """Replace the cache of one place."""
    text = json.dumps(
        {
            "schema": CACHE_SCHEMA,
            "store": place.identity,
            "location": place.location,
            "as_of": cached.as_of.isoformat() if cached.as_of else None,
            "problem": cached.problem,
            "records": [
                {"path": one.path, "record": one.record, "problem": one.problem}
                for one in cached.found
            ],
        },
        sort_keys=True,
    )
    file = _file(workspace, place)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_file(file, text + "\n")


def _file(workspace: Workspace, place: Place) -> Path:
    digest = hashlib.sha256(f"{place.identity}\n{place.location}".encode()).hexdigest()
    return workspace.pins_dir / "stores" / f"{digest[:16]}.json"
