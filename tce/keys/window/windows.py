"""Windows that were opened: an order that officers signed, and when its time began.

They lie in a folder of the machine that Tang runs on, one file each, created and never written
again. The gate verifies the order anew whenever it reads one: a file that somebody put there opens
nothing.
"""

import ipaddress
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from blueprints.errors import ExpectedError
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.orders import approval, order
from tce.keys.orders.officers import Officers
from tce.keys.orders.order import Moment

SCHEMA: Literal["tutela/window/v1"] = "tutela/window/v1"
VERB = "window"
END, CLOSED = ".window.json", ".closed"
MINUTES, OPENINGS = "minutes", "openings"
"""What an order may say beside its target: how long, and how often each machine may ask."""
LONGEST, MOST = 60, 10
USUAL_MINUTES, USUAL_OPENINGS = 30, 1
WIDEST = 256
"""Addresses that one window is for at most."""
_LARGEST = 1 << 20

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    schema_: Annotated[Literal["tutela/window/v1"], Field(alias="schema")]
    opened: Moment
    order: Annotated[str, Field(max_length=_LARGEST)]
    """The envelope, as its file was."""


@dataclass(frozen=True)
class Window:
    """Machines that may open their disks, from one time to another."""

    order: str
    """Digest of the order."""
    machines: Network
    opened: datetime
    until: datetime
    openings: int
    """For each machine."""
    approvals: tuple[str, ...]
    why: str

    def lets(self, machine: Address, now: datetime) -> bool:
        """Whether it is for this machine, and now."""
        return machine in self.machines and self.opened <= now < self.until

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "order": self.order,
            "machines": str(self.machines),
            "opened": order.moment(self.opened),
            "until": order.moment(self.until),
            "openings": self.openings,
            "approvals": list(self.approvals),
            "why": self.why,
        }


def described(text: bytes, officers: Officers, opened: datetime) -> Window:
    """Return the window that an order allows, from `opened` on.

    Raises:
        CustodyError: it is no order, or says what no window can be.
        RefusedError: too few officers have signed; it is not in force at that time.
    """
    target = order.read(text).target
    approved = approval.require(text, VERB, target, officers, opened)
    said = approved.order
    unknown = sorted(set(said.details) - {MINUTES, OPENINGS})
    if unknown:
        raise CustodyError(f"a window has no {unknown[0]}: {MINUTES}, {OPENINGS}")
    minutes = _number(said, MINUTES, USUAL_MINUTES, LONGEST)
    return Window(
        said.digest,
        _machines(target),
        opened,
        opened + timedelta(minutes=minutes),
        _number(said, OPENINGS, USUAL_OPENINGS, MOST),
        approved.approvals,
        said.why,
    )


def _machines(target: str) -> Network:
    try:
        found = ipaddress.ip_network(target)
    except ValueError:
        raise CustodyError(
            f"{target} is no machine: the target of a window is an address or a network of them",
            "tutela tce keys order window 10.90.12.11 DIR --why TEXT --out order.json",
        ) from None
    if found.num_addresses > WIDEST:
        raise RefusedError(f"{found} is {found.num_addresses} machines; {WIDEST} at most")
    return found


def _number(said: order.Order, name: str, usual: int, most: int) -> int:
    text = said.details.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise CustodyError(f"{name} of a window is a number from 1 to {most}, and not {text}")
    return int(text)


def put(folder: Path, text: bytes, officers: Officers, now: datetime) -> Window:
    """Open a window: from now on, once.

    Raises:
        CustodyError: it is no order of a window; the folder cannot be written.
        RefusedError: too few officers have signed, it is not in force, or it was used here.
    """
    found = described(text, officers, now)
    said = _File(schema_=SCHEMA, opened=order.moment(now), order=text.decode())
    path = folder / f"{found.order}{END}"
    if path.with_name(path.name + CLOSED).exists():
        raise RefusedError("the window of this order was open and is closed: an order is used once")
    # A file of another name first: the gate reads whole files only.
    beside = folder / f".{found.order}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with beside.open("x") as stream:
            stream.write(said.model_dump_json(by_alias=True) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(beside, path)
        finally:
            beside.unlink()
    except FileExistsError:
        raise RefusedError("the window of this order was opened: an order is used once") from None
    except OSError as error:
        raise CustodyError(f"{folder}: {error.strerror}") from error
    return found


def close(folder: Path) -> int:
    """Close every window at once, for good; how many there were. Needs nobody's approval."""
    found = 0
    for path in sorted(folder.glob(f"*{END}")):
        path.rename(path.with_name(path.name + CLOSED))
        found += 1
    return found


def read(
    folder: Path, officers: Officers, now: datetime | None = None
) -> tuple[list[Window], list[str]]:
    """Return windows of a folder, and files that are none, each with a reason.

    With `now`, what was opened so long before that it is over is not looked at further: verifying
    signatures takes its time, and a gate that stands for years has many.
    """
    oldest = now - timedelta(minutes=LONGEST) if now is not None else None
    found: list[Window] = []
    wrong: list[str] = []
    for path in sorted(folder.glob(f"*{END}")):
        try:
            opened, text = _read(path)
            if oldest is None or opened >= oldest:
                found.append(_verified(path, text, officers, opened))
        except ExpectedError as error:
            wrong.append(f"{path.name}: {error}")
    return found, wrong


def _read(path: Path) -> tuple[datetime, bytes]:
    try:
        with path.open("rb") as stream:
            said = _File.model_validate(json.loads(stream.read(2 * _LARGEST)))
        opened = order.time_of(said.opened)
    except OSError as error:
        raise CustodyError(str(error.strerror)) from error
    except (ValueError, ValidationError, RecursionError):
        raise CustodyError("not a window") from None
    return opened, said.order.encode()


def _verified(path: Path, text: bytes, officers: Officers, opened: datetime) -> Window:
    found = described(text, officers, opened)
    if path.name != f"{found.order}{END}":
        # Under another name, one order would be several windows.
        raise CustodyError("not under the name of its order")
    return found
