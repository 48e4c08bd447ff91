"""`tutela pin list`: who keeps what, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from blueprints.display import day, table, visible, when
from governance.pin.add import as_plain
from governance.pin.cache import Known, known_pins
from governance.pin.places import places
from governance.pin.record import Pin
from governance.snapshot.reader import Snapshot, latest
from governance.workspace.workspace import Workspace

PARTLY = 4


@dataclass(frozen=True)
class Listed:
    """The pins that a workspace knows."""

    known: Known
    now: datetime
    everything: bool
    """Released and lapsed ones too."""

    @property
    def exit_code(self) -> int:
        """4 where the pins of some place could not be read."""
        return PARTLY if self.known.unknown else 0

    @property
    def pins(self) -> list[Pin]:
        """Those to show."""
        return [pin for pin in self.known.pins if self.everything or pin.is_active(self.now)]

    def __str__(self) -> str:
        lines = []
        if self.pins:
            head = ("pin", "keeps", "by", "since", "until", "reason")
            lines.append(table(head, [self._row(pin) for pin in self.pins], whole={0, 3, 4}))
        else:
            lines.append("no pins")
        if self.known.as_of is not None:
            lines.append(f"as of {when(self.known.as_of)}")
        lines += [
            f"the pins of {visible(snapshot)} are not known: {visible(why)}; all of it is kept"
            for snapshot, why in self.known.unknown.items()
        ]
        return "\n".join(lines)

    def _row(self, pin: Pin) -> tuple[str, ...]:
        until = day(pin.until) if pin.until else "for good"
        if pin.release is not None:
            until = f"released {day(pin.release.at)}"
        elif pin.until is not None and not pin.is_active(self.now):
            until = f"lapsed {day(pin.until)}"
        keeps = pin.uri or f"artifact {pin.artifact}"
        reason = f"unreadable: {pin.problem}" if pin.problem else pin.reason
        return pin.id, keeps, pin.by or "unknown", day(pin.at), until, reason

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/pins/v1``."""
        as_of = self.known.as_of
        return {
            "schema": "tutela/pins/v1",
            "as_of": as_of.isoformat() if as_of else None,
            "pins": [as_plain(pin) for pin in self.pins],
            "unknown": [
                {"snapshot": snapshot, "why": why} for snapshot, why in self.known.unknown.items()
            ],
        }


def list_pins(
    workspace: Workspace,
    *,
    now: datetime,
    progress: Callable[[str], None],
    everything: bool = False,
    offline: bool = False,
) -> Listed:
    """Return the pins on the newest snapshots; stores are asked first unless `offline`.

    A store that does not answer is no error: what it said last is shown, with why.
    """
    snapshots = latest(workspace)
    if not offline:
        sync_all(workspace, snapshots, now=now, progress=progress)
    return Listed(known_pins(workspace, snapshots, now), now, everything)


def sync_all(
    workspace: Workspace,
    snapshots: Sequence[Snapshot],
    *,
    now: datetime,
    progress: Callable[[str], None],
) -> None:
    """Read the pins of every place of these snapshots into the workspace."""
    asked = places(snapshots, workspace.config)
    if not asked:
        return
    from governance.pin.sync import sync

    for place in asked:
        progress(f"reading pins of {visible(place.location)}")
        sync(workspace, place, now=now, progress=progress)
