"""Signing an order, and asking whether enough officers have signed it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from securesystemslib.signer import Signer

from governance.signing import envelope
from governance.signing.errors import UnverifiedError
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.orders import order
from tce.keys.orders.officers import FEWEST, Officer, Officers

_AHEAD = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


@dataclass(frozen=True)
class Approved:
    """An order that may be carried out: its signatures were verified, and it is in time."""

    order: order.Order
    officers: tuple[Officer, ...]
    """Who signed, in the order of the specification."""

    @property
    def approvals(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(one.name for one in self.officers)


def approve(text: bytes, signer: Signer, officers: Officers, now: datetime) -> bytes:
    """Return the order with one officer's signature more.

    Raises:
        CustodyError: it is no order; it is of another environment.
        RefusedError: the key is no officer's; it is over.
    """
    said = order.read(text)
    _fits(said, officers.environment, now)
    if officers.of(signer.public_key.keyid) is None:
        raise RefusedError(
            f"the key {signer.public_key.keyid[:16]} is of no officer of {officers.environment}"
        )
    return envelope.add(text, signer)


def signed(text: bytes, officers: Officers) -> tuple[Officer, ...]:
    """Whose signatures an order carries that are valid; none of anybody else."""
    try:
        proved = envelope.verify(text, order.PAYLOAD_TYPE, officers.keys, 1)
    except UnverifiedError:
        return ()
    return tuple(one for one in officers.officers if one.key.keyid in proved.keyids)


def require(text: bytes, verb: str, target: str, officers: Officers, now: datetime) -> Approved:
    """Return the order, where it says exactly this and enough different people signed it.

    Raises:
        SigningError: it is no envelope.
        CustodyError: it is no order.
        RefusedError: it orders something else, is over or not yet in force; too few have signed.
    """
    said = order.read(text)
    for what, ordered, wanted in (("verb", said.verb, verb), ("target", said.target, target)):
        if ordered != wanted:
            raise RefusedError(f"the order's {what} is {ordered}, and not {wanted}")
    _fits(said, officers.environment, now)
    people: dict[str, Officer] = {}
    for one in signed(text, officers):
        people.setdefault(one.who, one)
    needed = max(FEWEST, officers.approvals)
    if len(people) < needed:
        who = ", ".join(one.name for one in people.values()) or "nobody"
        raise RefusedError(
            f"{needed} officers have to approve to {verb} {target}, and {who} did",
            "tutela tce keys approve ORDER DIR --key file:OFFICER.pem",
        )
    return Approved(said, tuple(people.values()))


def missing(verb: str, target: str, officers: Officers) -> RefusedError:
    """What a command says that was given no order."""
    return RefusedError(
        f"to {verb} {target}, {max(FEWEST, officers.approvals)} officers have to approve",
        f"tutela tce keys order {verb} {target} DIR --why TEXT --out order.json",
        "tutela tce keys approve order.json DIR --key file:OFFICER.pem",
    )


def _fits(said: order.Order, environment: str, now: datetime) -> None:
    if said.environment != environment:
        raise CustodyError(f"the order is of {said.environment}, and not of {environment}")
    begins, ends = order.time_of(said.created), order.time_of(said.expires)
    if not begins < ends <= begins + order.LONGEST:
        raise RefusedError(f"the order lasts longer than {order.LONGEST.days} days, or not at all")
    if now > ends:
        raise RefusedError(f"the order was in force until {said.expires}")
    if now + _AHEAD < begins:
        raise RefusedError(f"the order is in force from {said.created} on")
