"""`tutela pin add`: somebody signs that something stays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from blueprints.display import count, day, visible
from governance.errors import GovernanceError
from governance.pin.local import write_record
from governance.pin.places import Place, place_of
from governance.pin.record import MAX_TEXT, Found, Pin, interpret, new_pin, pin_path
from governance.pin.target import find_target
from governance.policy.durations import parse_duration
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace


class NotSaidError(GovernanceError):
    """A pin has to say who, why, and an end that is still to come."""

    kind = "usage"
    exit_code = 2


@dataclass(frozen=True)
class Added:
    """A pin that was written."""

    pin: Pin
    where: str
    """URI of the record, or its file."""
    artifacts: int
    """How many artifacts of the newest snapshots it takes in."""

    def __str__(self) -> str:
        until = f" until {day(self.pin.until)}" if self.pin.until else ", until it is released"
        many = "1 artifact" if self.artifacts == 1 else f"{count(self.artifacts)} artifacts"
        return (
            f"{self.pin.id} keeps {visible(self.pin.uri or '')} ({many}){until}\n"
            f"  signed by {visible(self.pin.by)}: {visible(self.pin.reason)}\n"
            f"  {visible(self.where)}"
        )

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/pin-added/v1``."""
        return {
            "schema": "tutela/pin-added/v1",
            "pin": as_plain(self.pin),
            "record": self.where,
            "artifacts": self.artifacts,
        }


def add(
    workspace: Workspace,
    artifact: str,
    *,
    by: str | None,
    reason: str,
    until: str | None,
    now: datetime,
    progress: Callable[[str], None],
) -> Added:
    """Pin an artifact (id or URI) or everything under a URI.

    `until` is a date, a time, or how long from now (`90d`). The record goes to where the pins of
    that place lie, and the workspace's cache is brought up to date. Raises NotSaidError,
    NoSuchArtifactError, AmbiguousArtifactError, StoreError.
    """
    who, why = signed(by, reason)
    end = _end(until, now)
    target = find_target(latest(workspace), artifact)
    record = new_pin(
        artifact=target.artifact, uri=target.uri, by=who, reason=why, at=now, until=end
    )
    path = pin_path(target.artifact, str(record["id"]))
    place = place_of(target.snapshot.manifest, workspace.config)
    where = put(workspace, place, path, record, now=now, progress=progress)
    (pin,) = interpret(
        [Found(path, record)],
        now,
        store=place.identity if place else None,
        location=place.location if place else None,
    )
    return Added(pin, where, target.artifacts)


def put(
    workspace: Workspace,
    place: Place | None,
    path: str,
    record: dict[str, str | None],
    *,
    now: datetime,
    progress: Callable[[str], None],
) -> str:
    """Write a record to a place, or to the workspace; return its URI or file."""
    if place is None:
        write_record(workspace.pins_dir, path, record)
        return str(workspace.pins_dir.parent / path)
    from governance.pin.sync import sync
    from governance.store.client import Store
    from governance.store.records import Records

    records = Records(Store(place.config), place.bucket)
    try:
        records.put(path, record)
    finally:
        records.close()
    sync(workspace, place, now=now, progress=progress)
    return place.location + path


def signed(by: str | None, reason: str) -> tuple[str, str]:
    """Return who and why, without blanks around; raises NotSaidError where one is missing."""
    who, why = (by or "").strip(), reason.strip()
    if not who:
        raise NotSaidError("nobody signs: the environment does not say who you are", "--by NAME")
    if not why:
        raise NotSaidError("the reason is empty", '--reason "what needs it"')
    if len(who) > MAX_TEXT or len(why) > MAX_TEXT:
        raise NotSaidError(f"a name or reason has at most {MAX_TEXT} characters")
    return who, why


def _end(said: str | None, now: datetime) -> datetime | None:
    if said is None:
        return None
    try:
        end = datetime.fromisoformat(said)
        end = end if end.tzinfo else end.replace(tzinfo=UTC)
    except ValueError:
        try:
            end = now + parse_duration(said).delta
        except ValueError as error:
            raise NotSaidError(
                f"--until {visible(said)} {error}", "--until 2027-06-30", "--until 90d"
            ) from error
    if end <= now:
        raise NotSaidError(f"--until {visible(said)} is not in the future", "--until 90d")
    return end


def as_plain(pin: Pin) -> dict[str, object]:
    """Return a pin for JSON."""
    release = pin.release
    return {
        "id": pin.id,
        "artifact": pin.artifact,
        "uri": pin.uri,
        "store": pin.store,
        "by": pin.by,
        "reason": pin.reason,
        "at": pin.at.isoformat() if pin.at else None,
        "until": pin.until.isoformat() if pin.until else None,
        "problem": pin.problem,
        "released": None
        if release is None
        else {"by": release.by, "reason": release.reason, "at": release.at.isoformat()},
    }
