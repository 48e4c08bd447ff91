"""Reads the pins that lie in a store into the workspace. Never fails for what it finds there."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from governance.pin.cache import Cached, load, store
from governance.pin.places import Place
from governance.pin.record import FOLDER, Found
from governance.store.client import Store, versioning_of
from governance.store.errors import AccessDeniedError, NotFoundError, StoreError
from governance.store.records import BadRecordError, Records
from governance.workspace.workspace import Workspace

THREADS = 16
GONE = "its record has disappeared from the store"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Synced:
    """What came of reading the pins of one place."""

    location: str
    records: int
    problem: str | None
    """Why they could not be read, in words; everything in that place is then kept."""


def sync(workspace: Workspace, place: Place, *, now: datetime, progress: Progress) -> Synced:
    """Read the records of one place and cache them, whatever comes.

    Records are written once, so that one which was read before is not read again. Raises only
    what the workspace's own disk raises.
    """
    before = load(workspace, place)
    try:
        found = _read(place, before, progress)
    except StoreError as error:
        cached = Cached(before.as_of, str(error), before.found)
    else:
        cached = Cached(now, None, tuple(found))
    store(workspace, place, cached)
    return Synced(place.location, len(cached.found), cached.problem)


def _read(place: Place, before: Cached, progress: Progress) -> list[Found]:
    asked = Store(place.config)
    records = Records(asked, place.bucket)
    try:
        # A store that does not answer is found out quickly; what follows is patient.
        versioning_of(asked, records.location.bucket)
        had = {one.path: one for one in before.found}
        names = [name for name in records.names(FOLDER) if not name.endswith("/")]
        read = [name for name in names if name in had and had[name].problem is None]
        unread = sorted(set(names) - set(read))
        found = [had[name] for name in read] + _fetch(records, unread, progress)
        gone = sorted(set(had) - set(names))
        return found + [Found(name, had[name].record, GONE) for name in gone]
    finally:
        records.close()


def _fetch(records: Records, names: Sequence[str], progress: Progress) -> list[Found]:
    found = []
    with ThreadPoolExecutor(THREADS) as pool:
        for number, one in enumerate(pool.map(lambda name: _get(records, name), names), 1):
            found.append(one)
            progress(f"reading pins: {number} of {len(names)}")
    return found


def _get(records: Records, name: str) -> Found:
    try:
        return Found(name, records.get(name))
    except BadRecordError:
        return Found(name, None, "it is too large or no JSON record")
    except (AccessDeniedError, NotFoundError) as error:
        return Found(name, None, f"it cannot be read ({error.kind})")
