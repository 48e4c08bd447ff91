"""Who may approve: the officers that an environment's specification names.

They are read from the ``spec.yaml`` of the repository, whose commits two people review: a change of
officers is a change of that file.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from securesystemslib.signer import Key

from blueprints import yamlfile
from governance.signing import keyfile
from tce.keys.errors import CustodyError

FILE = "spec.yaml"
FEWEST = 2
"""Approvals that are needed at least, whatever a specification says."""


@dataclass(frozen=True)
class Officer:
    """One person who may approve, by one key."""

    name: str
    person: str
    """As the institution calls them: two keys of one person count once."""
    key: Key
    recipient: str | None = None
    """``age1..``, where shares are sealed to them."""

    @property
    def who(self) -> str:
        """The person, however the name was typed."""
        return " ".join(self.person.casefold().split())


@dataclass(frozen=True)
class Officers:
    """All of an environment, and how many of them have to agree."""

    environment: str
    officers: tuple[Officer, ...]
    approvals: int

    @property
    def keys(self) -> tuple[Key, ...]:
        """Their public keys."""
        return tuple(one.key for one in self.officers)

    def of(self, keyid: str) -> Officer | None:
        """Whose key that is."""
        return next((one for one in self.officers if one.key.keyid == keyid), None)

    def named(self, name: str) -> Officer:
        """The officer of that name.

        Raises:
            CustodyError: nobody is called so.
        """
        for one in self.officers:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.officers) or "nobody"
        raise CustodyError(f"{name} is no officer of {self.environment}: {known}")


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Officer(_Said):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    person: Annotated[str, Field(min_length=1, max_length=200)]
    key: str
    recipient: str | None = None


class _Keys(_Said):
    officers: Annotated[list[_Officer], Field(max_length=50)] = []
    approvals: Annotated[int, Field(ge=FEWEST)] = FEWEST


class _Specification(_Said):
    name: str
    keys: _Keys = _Keys()


def read(folder: Path) -> Officers:
    """Return the officers of a rendered environment.

    Raises:
        ExpectedError: there is no specification, or not one that names officers.
        CustodyError: a name or a key stands there twice; a key is none.
    """
    document = yamlfile.read(folder / FILE, FILE)
    said = yamlfile.check(_Specification, document)
    made = tuple(
        Officer(one.name, one.person, key(one.key, one.name), one.recipient)
        for one in said.keys.officers
    )
    return Officers(said.name, _different(made), said.keys.approvals)


def key(text: str, name: str) -> Key:
    """Return the Ed25519 key that base64 `text` is.

    Raises:
        CustodyError: it is not 32 bytes in base64, or no key.
    """
    try:
        raw = base64.b64decode(text, validate=True)
        if len(raw) != 32:
            raise ValueError
        return keyfile.of_bytes(raw)
    except (ValueError, binascii.Error):
        raise CustodyError(
            f"{name}: the key has to be 32 bytes in base64, of Ed25519", "tutela tce keys new FILE"
        ) from None


def _different(officers: tuple[Officer, ...]) -> tuple[Officer, ...]:
    for what, values in (
        ("name", [one.name for one in officers]),
        ("key", [one.key.keyid for one in officers]),
    ):
        twice = _twice(values)
        if twice is not None:
            whose = next(
                one.name for one, value in zip(officers, values, strict=True) if value == twice
            )
            raise CustodyError(f"{FILE}: two officers have the {what} of {whose}")
    return officers


def _twice(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for one in values:
        if one in seen:
            return one
        seen.add(one)
    return None
