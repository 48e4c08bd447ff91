"""The value: what is ordered. ``tutela/order/v1``, the payload of a DSSE envelope."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.signing import envelope
from tce.keys.errors import CustodyError

PAYLOAD_TYPE = "application/vnd.tutela.order+json"
SCHEMA: Literal["tutela/order/v1"] = "tutela/order/v1"
LONGEST = timedelta(days=31)
"""An order that is not carried out by then has to be given anew."""

VERBS: Mapping[str, str] = {
    "break-glass": "make a certificate or a token for one person, for an hour at most",
    "escrow-combine": "put the escrow identity together again: it opens everything",
    "escrow-split": "make a new escrow identity; what is sealed from then on opens with it",
    "restore": "bring OpenBao back to a snapshot: what was done since is undone, shredding too",
    "revoke": "take away what a person, a machine or a recipient may open",
    "root": "make a new unseal key and new shares of it; the old ones open nothing any more",
    "rotate": "give a key or a set of recipients a new version, and destroy the old one",
    "shred": "destroy keys and headers: what they open is unreadable for ever",
    "window": "let machines unlock their disks, for the time that is said",
}
"""What can be ordered, and what it does, as an officer is told before signing."""

Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]
Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
"""UTC, to the second."""


class Order(BaseModel):
    """One thing, done to one target, once."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_: Literal["tutela/order/v1"] = Field(alias="schema")
    verb: Text
    target: Text
    """A key's URI, a bucket, an officer, an object: as the command that does it calls it."""
    environment: Text
    why: Text
    created: Moment
    expires: Moment
    nonce: Annotated[str, Field(pattern=r"^[0-9a-z]{26}$")]
    """128 random bits in base 32: no two orders are one."""
    details: dict[Text, Text] = Field(default={}, max_length=20)
    """What else is agreed on: for how long, for whom."""

    @property
    def text(self) -> bytes:
        """The payload: one text for one order."""
        return json.dumps(self.model_dump(by_alias=True), sort_keys=True, indent=1).encode() + b"\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the payload, in hex: what records call this order."""
        return hashlib.sha256(self.text).hexdigest()


def moment(when: datetime) -> str:
    """As orders and records write a time."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str) -> datetime:
    """The time that :func:`moment` wrote; ValueError for another text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def nonce(random: Callable[[int], bytes]) -> str:
    """128 bits of `random` as 26 letters and digits."""
    return base64.b32encode(random(16)).decode().rstrip("=").lower()


def order(
    verb: str,
    target: str,
    environment: str,
    why: str,
    now: datetime,
    random: Callable[[int], bytes],
    *,
    lasts: timedelta = timedelta(days=7),
    details: Mapping[str, str] | None = None,
) -> bytes:
    """Return an envelope that nobody has signed yet.

    Raises:
        CustodyError: nothing of that name can be ordered; it lasts longer than `LONGEST` or not
            at all; a text is empty or holds control characters.
    """
    if verb not in VERBS:
        raise CustodyError(f"{verb} is nothing that is ordered: {', '.join(sorted(VERBS))}")
    if not timedelta() < lasts <= LONGEST:
        raise CustodyError(f"an order lasts for 1 to {LONGEST.days} days")
    try:
        made = Order(
            schema=SCHEMA,
            verb=verb,
            target=target,
            environment=environment,
            why=why,
            created=moment(now),
            expires=moment(now + lasts),
            nonce=nonce(random),
            details=dict(details or {}),
        )
    except ValidationError as error:
        raise CustodyError(_why(error)) from None
    return envelope.sign(made.text, PAYLOAD_TYPE, [])


def read(text: bytes) -> Order:
    """Return what an envelope orders; whether anybody signed it is not asked.

    Raises:
        SigningError: it is no envelope.
        CustodyError: it is of something else, or of another schema.
    """
    signed = envelope.read(text)
    if signed.payload_type != PAYLOAD_TYPE:
        raise CustodyError("this is signed, and not an order", "tutela tce keys order --help")
    return payload(signed.payload)


def payload(text: bytes) -> Order:
    """Return the order that a payload is.

    Raises:
        CustodyError: it is none, or one of another schema.
    """
    try:
        read_ = Order.model_validate_json(text, strict=True)
        time_of(read_.created)
        time_of(read_.expires)
    except ValidationError as error:
        raise CustodyError(_why(error)) from None
    except ValueError:
        raise CustodyError("the order: a time that no calendar has") from None
    if read_.text != text:
        raise CustodyError("the order is not written as orders are: it could be read in two ways")
    return read_


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(one) for one in first["loc"]) or "text"
    place = re.sub(r"\W+", ".", place)
    return f"the order's {place}: {first['msg'].lower()}"
