"""Headers of age files: who can open one, under a MAC that only they can check."""

import hmac
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from blueprints.secret import Secret
from tce.age.errors import (
    HeaderCutError,
    HeaderError,
    HeaderForgedError,
    NoIdentityError,
    NotAgeError,
)
from tce.age.keys import derived
from tce.age.stanza import (
    COLUMNS,
    FILE_KEY,
    SCRYPT,
    Identity,
    Random,
    Recipient,
    Stanza,
    from_unpadded,
    unpadded,
    words,
)

INTRO = b"age-encryption.org/v1\n"
LARGEST = 1 << 16
"""Bytes of the longest header that is read: some 600 recipients. The format has no limit, and each
stanza costs a multiplication before anything of a header can be checked."""

_END = b"---"
_ARMOR = b"-----BEGIN AGE"
_MAC = 32


class Lines(Protocol):
    """What a header is read from: any binary file."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line with its end, `size` bytes at most; nothing at the end."""


@dataclass(frozen=True)
class Header:
    """A header as it was read; nothing of it is proved before :func:`open`."""

    stanzas: tuple[Stanza, ...]
    raw: bytes
    """All of it, up to and with the line of its MAC."""
    mac: bytes
    name: str = field(default="the file", compare=False)
    """What errors call it."""

    @property
    def signed(self) -> bytes:
        """What the MAC is of: everything up to and with ``---``."""
        return self.raw[: self.raw.rindex(b"\n---", 0, -1) + 1 + len(_END)]


def new_key(random: Random) -> Secret:
    """Make the file key of one body: never used for another."""
    return Secret(random(FILE_KEY))


def write(file_key: Secret, recipients: Iterable[Recipient], random: Random) -> bytes:
    """Return a header that each of `recipients` opens.

    Raises:
        ValueError: no recipient: nobody could open it.
        HeaderError: too many of them.
    """
    stanzas = [recipient.wrap(file_key, random) for recipient in recipients]
    if not stanzas:
        raise ValueError("an age file has at least one recipient")
    signed = INTRO + b"".join(bytes(stanza) for stanza in stanzas) + _END
    raw = signed + b" " + unpadded(_mac(file_key, signed)).encode() + b"\n"
    if len(raw) > LARGEST:
        raise HeaderError(f"{len(stanzas)} recipients: more than a header may have")
    return raw


def read(stream: Lines, name: str = "the file") -> Header:
    """Read a header and not a byte more; `name` is what errors call the file.

    Raises:
        NotAgeError: it starts as something else.
        HeaderCutError: it ends within.
        HeaderError: it is not as the format wants it, or longer than :data:`LARGEST`.
    """
    lines = _Reader(stream, name)
    first = lines.next(len(INTRO))
    if first != INTRO:
        raise _other(first, name)
    stanzas = []
    try:
        line = lines.line()
        while line != _END and not line.startswith(_END + b" "):
            if not line.startswith(b"-> "):
                raise HeaderError("neither a stanza nor the end of the header")
            found = words(line)
            stanzas.append(Stanza(found[0], found[1:], _body(lines)))
            line = lines.line()
        mac = from_unpadded(line[len(_END) + 1 :])
        if len(mac) != _MAC:
            raise HeaderError("its MAC is too short or too long")
        if not stanzas:
            raise HeaderError("no recipient")
        if len(stanzas) > 1 and any(stanza.kind == SCRYPT for stanza in stanzas):
            # Otherwise whoever knows the passphrase could pass for a recipient.
            raise HeaderError("a passphrase beside other recipients")
    except HeaderError as error:
        raise HeaderError(f"{name}: a header that age does not allow: {error}") from None
    return Header(tuple(stanzas), bytes(lines.raw), mac, name)


def parse(raw: bytes, name: str = "the header") -> Header:
    """Return the header that `raw` is, whole and alone.

    Raises:
        NotAgeError, HeaderCutError, HeaderError: as :func:`read`; something follows it.
    """
    stream = io.BytesIO(raw)
    header = read(stream, name)
    if stream.tell() != len(raw):
        raise HeaderError(f"{name}: something follows the header")
    return header


def open(header: Header, identities: Sequence[Identity]) -> Secret:
    """Return the file key: `header` is one that somebody wrote who knew it.

    Raises:
        NoIdentityError: none of `identities` opens it.
        HeaderError: a stanza is written wrongly.
        HeaderForgedError: the MAC does not fit.
    """
    for stanza in header.stanzas:
        for identity in identities:
            try:
                file_key = identity.unwrap(stanza)
            except HeaderError as error:
                raise HeaderError(
                    f"{header.name}: a header that age does not allow: {error}"
                ) from None
            if file_key is None:
                continue
            if not hmac.compare_digest(_mac(file_key, header.signed), header.mac):
                raise HeaderForgedError(
                    f"{header.name}: its header was changed after it was written"
                )
            return file_key
    kinds = ", ".join(sorted({stanza.kind for stanza in header.stanzas}))
    raise NoIdentityError(
        f"{header.name}: none of {len(identities)} identities opens it"
        f" ({len(header.stanzas)} recipients: {kinds})"
    )


class _Reader:
    """Lines of a header, all of which are kept."""

    def __init__(self, stream: Lines, name: str) -> None:
        self._stream = stream
        self._name = name
        self.raw = bytearray()

    def next(self, size: int) -> bytes:
        line = self._stream.readline(size)
        self.raw += line
        return line

    def line(self) -> bytes:
        """The next line, without its end."""
        left = LARGEST - len(self.raw)
        line = self.next(left)
        if not line.endswith(b"\n"):
            if len(line) == left:
                raise HeaderError(f"longer than {LARGEST} bytes")
            raise HeaderCutError(f"{self._name}: cut within its header")
        return line[:-1]


def _body(lines: _Reader) -> bytes:
    text = bytearray()
    line = lines.line()
    while len(line) == COLUMNS:
        text += line
        line = lines.line()
    if len(line) > COLUMNS:
        raise HeaderError("a line of a stanza is too long")
    return from_unpadded(bytes(text + line))


def _other(first: bytes, name: str) -> NotAgeError | HeaderCutError:
    if not first:
        return NotAgeError(f"{name}: not an age file: 0 bytes")
    if INTRO.startswith(first):
        return HeaderCutError(f"{name}: cut within its header")
    if first.startswith(_ARMOR):
        return NotAgeError(f"{name}: an armored age file: only binary ones are sealed or opened")
    if first.startswith(b"age-encryption.org/"):
        return NotAgeError(f"{name}: a version of age that is not read here (v1 is)")
    return NotAgeError(f"{name}: not an age file")


def _mac(file_key: Secret, signed: bytes) -> bytes:
    return hmac.digest(derived(file_key.reveal(), b"", b"header"), signed, "sha256")
