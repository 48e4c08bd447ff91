"""The value: what one ceremony did. ``tutela/ceremony/v1``, the payload of a DSSE envelope."""

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tce.keys.errors import CustodyError

PAYLOAD_TYPE = "application/vnd.tutela.ceremony+json"
SCHEMA: Literal["tutela/ceremony/v1"] = "tutela/ceremony/v1"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Id = Annotated[str, Field(pattern=r"^[0-9]{8}t[0-9]{6}z-[a-z0-9-]{1,40}-[0-9a-z]{26}$")]
"""Time, verb, 128 random bits: names of files sort by time."""
Text = Annotated[str, Field(max_length=4096)]

_SECRET = re.compile(
    r"AGE-SECRET-KEY-|AGE-PLUGIN-|PRIVATE KEY-----|\b(?:hv|)[sbr]\.[A-Za-z0-9_-]{20,}",
    re.IGNORECASE,
)
"""Identities of age, private keys in PEM, tokens of OpenBao (``s.``, ``b.``, ``r.``)."""
_WORDS = re.compile(r"^(?:[a-z]{4,8} ){19,}[a-z]{4,8}$")
"""A share: 20 words or more (SLIP-39)."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Step(_Model):
    """One thing that was done, or that was tried and failed."""

    what: Text
    result: Text


class Record(_Model):
    """A whole ceremony."""

    schema_: Literal["tutela/ceremony/v1"] = Field(alias="schema")
    id: Id
    verb: Text
    target: Text = ""
    """What it was done to; empty: the environment."""
    environment: Text
    started: Moment
    ended: Moment
    outcome: Literal["done", "failed"]
    order: Digest | None = None
    """SHA-256 of the order that it carries out."""
    why: Text = ""
    """As the order says."""
    approvals: list[Text] = []
    """Officers whose signatures the order carried."""
    steps: list[Step]
    public: dict[Text, Text] = {}
    """Names, versions, recipients, fingerprints: what others may know of the outcome."""
    previous: list[Digest] = []
    """SHA-256 of every record (the file's bytes) that no other named when this began; one, unless
    two ceremonies were held side by side."""

    def text(self) -> bytes:
        """The payload: one text for one record.

        Raises:
            ValueError: something in it looks like a secret: a bug of whoever wrote it down.
        """
        for one in _texts(self):
            if looks_secret(one):
                # Without the text itself: this is shown.
                raise ValueError(f"a ceremony's record would hold a secret ({self.verb})")
        return json.dumps(self.model_dump(by_alias=True), sort_keys=True, indent=1).encode() + b"\n"


def read(text: bytes) -> Record:
    """Return the record that a payload is.

    Raises:
        CustodyError: it is none, or one of another schema.
    """
    try:
        return Record.model_validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(one) for one in first["loc"]) or "text"
        raise CustodyError(f"the record's {place}: {first['msg'].lower()}") from None


def looks_secret(text: str) -> bool:
    """Whether a text has the form of a key, a token or a share."""
    return bool(_SECRET.search(text) or _WORDS.match(text.strip().lower()))


def _texts(record: Record) -> list[str]:
    steps = [word for one in record.steps for word in (one.what, one.result)]
    public = [word for pair in record.public.items() for word in pair]
    return [record.target, record.why, *record.approvals, *steps, *public]
