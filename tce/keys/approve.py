"""`tutela tce keys order` and `approve`: ordering in writing what destroys or exports."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Signer

from blueprints.display import visible
from tce.keys.desk import read
from tce.keys.errors import CustodyError
from tce.keys.orders import approval, order
from tce.keys.orders.officers import FEWEST, Officers


@dataclass(frozen=True)
class Ordered:
    """An order's file, and who has signed it."""

    file: Path
    order: order.Order
    approvals: tuple[str, ...]
    """Names of officers whose signatures are valid."""
    needed: int

    @property
    def enough(self) -> bool:
        """It may be carried out."""
        return len(self.approvals) >= self.needed

    def __str__(self) -> str:
        said = self.order
        lines = [
            f"order    to {said.verb} {visible(said.target)}, in {said.environment}",
            f"does     {order.VERBS.get(said.verb, 'nothing that is known here')}",
            f"why      {visible(said.why)}",
            *(f"{visible(key):8} {visible(value)}" for key, value in sorted(said.details.items())),
            f"in force {said.created} to {said.expires}, once",
            f"signed   {', '.join(self.approvals) or 'by nobody'} ({self.needed} are needed)",
        ]
        if not self.enough:
            lines.append(f"next     tutela tce keys approve {self.file} DIR --key file:OFFICER.pem")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "file": str(self.file),
            "order": self.order.model_dump(by_alias=True),
            "digest": self.order.digest,
            "approvals": list(self.approvals),
            "needed": self.needed,
        }


def write_order(
    verb: str,
    target: str,
    officers: Officers,
    why: str,
    out: Path,
    now: datetime,
    random: Callable[[int], bytes],
    *,
    days: int = 7,
    details: Mapping[str, str] | None = None,
) -> Ordered:
    """Write an order that nobody has signed.

    Raises:
        CustodyError: nothing of that name can be ordered; something is at `out` already.
    """
    text = order.order(
        verb,
        target,
        officers.environment,
        why,
        now,
        random,
        lasts=timedelta(days=days),
        details=details,
    )
    try:
        with out.open("xb") as stream:
            stream.write(text)
    except OSError as error:
        raise CustodyError(f"cannot write {out}: {error.strerror}") from error
    return _ordered(out, text, officers)


def approve(file: Path, officers: Officers, signer: Signer, now: datetime) -> Ordered:
    """Add an officer's signature to an order's file.

    Raises:
        CustodyError: it is no order, or one of another environment.
        RefusedError: the key is no officer's; the order is over.
    """
    text = approval.approve(read(file), signer, officers, now)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("xb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as error:
        raise CustodyError(f"cannot write {file}: {error.strerror}") from error
    return _ordered(file, text, officers)


def show(file: Path, officers: Officers) -> Ordered:
    """What an order says, and who has signed it.

    Raises:
        CustodyError: it is no order.
    """
    return _ordered(file, read(file), officers)


def _ordered(file: Path, text: bytes, officers: Officers) -> Ordered:
    signed = approval.signed(text, officers)
    people = {one.who: one.name for one in reversed(signed)}
    needed = max(FEWEST, officers.approvals)
    return Ordered(file, order.read(text), tuple(sorted(people.values())), needed)
