"""`tutela tce keys window open`, `close`, `status`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprints.display import visible
from tce.keys.desk import Desk, hold, read
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.orders import approval, order
from tce.keys.orders.officers import FEWEST, Officers
from tce.keys.window import journal, windows
from tce.keys.window.gate import OPENED
from tce.keys.window.windows import Window


@dataclass(frozen=True)
class Opened:
    """A window, from now on."""

    window: Window
    record: str

    def __str__(self) -> str:
        one = self.window
        return (
            f"open for {one.machines} until {order.moment(one.until)}, "
            f"{one.openings} times for each machine ({', '.join(one.approvals)})\n"
            f"recorded: {self.record}"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {**self.window.as_json(), "record": self.record}


@dataclass(frozen=True)
class Closed:
    """Windows that were closed before their time, and past ones."""

    windows: int

    def __str__(self) -> str:
        return f"{self.windows} windows closed; no machine gets a key"

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {"closed": self.windows}


@dataclass(frozen=True)
class Status:
    """What a gate lets through now, and what it was asked."""

    windows: tuple[Window, ...]
    """Open ones."""
    opened: tuple[journal.Asked, ...]
    refused: tuple[journal.Asked, ...]
    wrong: tuple[str, ...]
    """Files that are no windows, each with the reason."""

    @property
    def exit_code(self) -> int:
        """3 where somebody asked who was not to, or something lies there that is no window."""
        return 3 if self.refused or self.wrong else 0

    def __str__(self) -> str:
        lines = [
            f"open     {one.machines} until {order.moment(one.until)} "
            f"({', '.join(one.approvals)}: {visible(one.why)})"
            for one in self.windows
        ] or ["closed   no machine gets a key"]
        lines += [
            f"opened   {one.when} {one.machine} by order {_short(one)}" for one in self.opened
        ]
        lines += [f"refused  {one.when} {one.machine}: {one.answer}" for one in self.refused]
        lines += [f"wrong    {visible(one)}" for one in self.wrong]
        if self.opened:
            lines.append("compare what was opened with the starts that were planned")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "windows": [one.as_json() for one in self.windows],
            "opened": [vars(one) for one in self.opened],
            "refused": [vars(one) for one in self.refused],
            "wrong": list(self.wrong),
        }


def _short(asked: journal.Asked) -> str:
    return (asked.order or "")[:16]


def open_(desk: Desk, gate: Path, file: Path | None, keys: Sequence[str]) -> Opened:
    """Open a window at a gate, as several officers have ordered.

    Args:
        desk: where the ceremony is held.
        gate: the folder of the gate.
        file: the order; None: what to type is said.
        keys: who signs the record; none: the environment's evidence key.

    Raises:
        RefusedError: no order, too few approvals, or one that was carried out.
        CustodyError: it orders what no window can be; something cannot be written.
        BaoError: OpenBao cannot be asked.
    """
    if file is None:
        needed = max(FEWEST, desk.officers.approvals)
        hints = approval.missing(windows.VERB, "ADDRESS", desk.officers).__notes__
        raise RefusedError(f"to open a window, {needed} officers have to approve", *hints)
    text = read(file)
    target = order.read(text).target
    # Before anything is remembered of it: an order that can never be carried out stays unused.
    windows.described(text, desk.officers, desk.now)
    with hold(desk, windows.VERB, target, file, desk.signers(keys), desk.bao()) as ceremony:
        found = windows.put(gate, text, desk.officers, desk.now)
        ceremony.step("window", f"open for {found.machines} until {order.moment(found.until)}")
    return Opened(found, ceremony.id)


def close(gate: Path) -> Closed:
    """Close every window of a gate, for good; needs nobody's approval.

    Raises:
        CustodyError: the folder cannot be written.
    """
    try:
        return Closed(windows.close(gate))
    except OSError as error:
        raise CustodyError(f"{gate}: {error.strerror}") from error


def status(gate: Path, officers: Officers, now: datetime) -> Status:
    """What a gate lets through, and what was asked of it."""
    found, wrong = windows.read(gate, officers)
    asked = list(journal.read(gate))
    return Status(
        tuple(one for one in found if one.opened <= now < one.until),
        tuple(one for one in asked if one.answer == OPENED),
        tuple(one for one in asked if one.answer != OPENED),
        tuple(wrong),
    )
