"""`tutela pin release`: somebody signs that a pin is no longer needed. Nothing is deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from blueprints.display import visible
from governance.errors import GovernanceError
from governance.pin.add import as_plain, put, signed
from governance.pin.cache import known_pins
from governance.pin.list import sync_all
from governance.pin.places import Place, places
from governance.pin.record import Pin, Release, new_release, release_path
from governance.snapshot.reader import Snapshot, latest
from governance.workspace.workspace import Workspace

_SHOWN = 5


class NoSuchPinError(GovernanceError):
    """No pin, or more than one, is called so."""

    kind = "no such pin"


@dataclass(frozen=True)
class Released:
    """A release that was written."""

    pin: Pin
    release: Release
    where: str

    def __str__(self) -> str:
        keeps = visible(self.pin.uri or f"artifact {self.pin.artifact}")
        return (
            f"{visible(self.pin.id)} is released; it kept {keeps}\n"
            f"  signed by {visible(self.release.by)}: {visible(self.release.reason)}\n"
            f"  {visible(self.where)}"
        )

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/pin-released/v1``."""
        return {
            "schema": "tutela/pin-released/v1",
            "pin": as_plain(self.pin),
            "record": self.where,
        }


def release(
    workspace: Workspace,
    name: str,
    *,
    by: str | None,
    reason: str,
    now: datetime,
    progress: Callable[[str], None],
) -> Released:
    """Release the pin with this id (or the only one that begins so), wherever it lies.

    Raises NotSaidError, NoSuchPinError, StoreError.
    """
    who, why = signed(by, reason)
    snapshots = latest(workspace)
    sync_all(workspace, snapshots, now=now, progress=progress)
    pin = _pin(known_pins(workspace, snapshots, now).unreleased, name)
    record = new_release(pin, by=who, reason=why, at=now)
    path = release_path(str(pin.artifact), pin.id)
    place = _place(workspace, snapshots, pin)
    where = put(workspace, place, path, record, now=now, progress=progress)
    return Released(pin, Release(who, why, now), where)


def _place(workspace: Workspace, snapshots: Sequence[Snapshot], pin: Pin) -> Place | None:
    if pin.location is None:
        return None
    return next(
        place
        for place in places(snapshots, workspace.config)
        if (place.identity, place.location) == (pin.store, pin.location)
    )


def _pin(pins: list[Pin], name: str) -> Pin:
    found = [pin for pin in pins if pin.id == name] or [
        pin for pin in pins if len(name) >= 4 and pin.id.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchPinError(f"no unreleased pin {visible(name)}", "tutela pin list")
    raise NoSuchPinError(
        f"{len(found)} pins are called {visible(name)}",
        *(f"tutela pin release {visible(pin.id)}" for pin in found[:_SHOWN]),
    )
