"""Stanzas of an age header: the file key, wrapped for one recipient each."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from blueprints.secret import Secret
from tce.age.errors import HeaderError

Random = Callable[[int], bytes]
"""So many random bytes; `secrets.token_bytes`."""

FILE_KEY = 16
"""Bytes of a file key."""
SCRYPT = "scrypt"
"""Kind of the stanza of a passphrase: always alone."""
COLUMNS = 64
"""Letters of a full line of a stanza's body; its last line is shorter."""
_WORD = re.compile(rb"[!-~]+")


@dataclass(frozen=True)
class Stanza:
    """One ``->`` line and its body."""

    kind: str
    args: tuple[str, ...]
    body: bytes

    def __bytes__(self) -> bytes:
        text = unpadded(self.body)
        # One short line always ends it: an empty one after a body of full lines.
        lines = [text[at : at + COLUMNS] for at in range(0, len(text) + 1, COLUMNS)]
        return "\n".join([" ".join(("->", self.kind, *self.args)), *lines, ""]).encode()


class Recipient(Protocol):
    """Whom a file is sealed to."""

    def wrap(self, file_key: Secret, random: Random) -> Stanza:
        """Return the stanza that only this recipient opens."""


class Identity(Protocol):
    """Who opens a file."""

    def unwrap(self, stanza: Stanza) -> Secret | None:
        """Return the file key, or None where the stanza is somebody else's.

        Raises:
            HeaderError: it is of this identity's kind, and not as that kind is written.
        """


def unpadded(data: bytes) -> str:
    """Return base 64 (RFC 4648) without its ``=``."""
    return base64.b64encode(data).rstrip(b"=").decode()


def from_unpadded(text: bytes) -> bytes:
    """Return what `text` says; there is one text for it only.

    Raises:
        HeaderError: it is not base 64, is padded, or its last letter holds more bits than it
            should.
    """
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if unpadded(data).encode() != text:
        raise HeaderError("not base 64 as age writes it")
    return data


def words(line: bytes) -> tuple[str, ...]:
    """Return the words of a ``->`` line, without the arrow.

    Raises:
        HeaderError: none, or one with a letter that age does not allow.
    """
    found = line.split(b" ")[1:]
    if not found or not all(_WORD.fullmatch(word) for word in found):
        raise HeaderError("a line of a stanza that age does not allow")
    return tuple(word.decode() for word in found)
