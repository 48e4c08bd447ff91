"""Whom something is sealed to: ``age1..``, files of recipients, buckets of an environment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tce.age import identities
from tce.age.keys import X25519Recipient
from tce.seal.errors import SealError, UsageError

_EPOCH = re.compile(rb"^#\s*epoch:\s*([1-9][0-9]{0,8})\s*$", re.MULTILINE)
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Recipients:
    """Public keys, and the version of the identity that they belong to."""

    keys: tuple[X25519Recipient, ...]
    epoch: int = 1

    def with_(self, other: "Recipients") -> "Recipients":
        """Return both, each key once; the later epoch is that of the whole."""
        keys = tuple(dict.fromkeys((*self.keys, *other.keys)))
        return Recipients(keys, max(self.epoch, other.epoch))

    @property
    def texts(self) -> list[str]:
        """``age1..`` of each."""
        return [str(one) for one in self.keys]


class Buckets(Protocol):
    """What knows recipients of buckets: a rendered environment."""

    def recipients(self, name: str) -> Recipients:
        """Return those of one bucket."""


def of_file(file: Path) -> Recipients:
    """Return the recipients of a file; a line ``# epoch: N`` says which version they are.

    Raises:
        SealError: it cannot be read, or holds none.
        KeyTextError: a line that is none.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST)
    except OSError as error:
        raise SealError(f"{file}: {error.strerror}") from error
    keys = identities.recipients(text, str(file))
    if not keys:
        raise SealError(f"{file}: no recipient in it")
    said = _EPOCH.search(text)
    return Recipients(keys, int(said[1]) if said else 1)


def to(said: Sequence[str], buckets: Buckets | None) -> Recipients:
    """Return everybody that ``--to`` names.

    Raises:
        UsageError: nobody is named; a name that is neither a file nor, without an environment,
            anything.
        SealError, KeyTextError: as :func:`of_file`; no such bucket.
    """
    found: Recipients | None = None
    for text in said:
        more = _one(text, buckets)
        found = more if found is None else found.with_(more)
    if found is None:
        raise UsageError("sealed to nobody, nobody opens it", "--to age1..", "--to FILE")
    return found


def _one(text: str, buckets: Buckets | None) -> Recipients:
    if text.lower().startswith(("age1", "age-secret-key-")):
        return Recipients((X25519Recipient.parse(text),))
    if Path(text).is_file():
        return of_file(Path(text))
    if buckets is not None:
        return buckets.recipients(text)
    raise UsageError(
        f"--to {text}: no recipient (age1..), no file, and no environment whose bucket it is",
        "--environment DIR",
    )
