"""Collects what could be a key from what the provider holds: every text, however it is packed.

Whoever finds secrets tries what looks most like one first: values of Secrets, then what is called
after a secret, then every line of whatever lies there, and last what everybody can read in Git.
A candidate is a whole small file, a line, or a value in one, as it is and decoded.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from blueprints.secret import Secret
from tce.age.keys import X25519Identity
from tce.attack import sealed

_SHORTEST, _LONGEST = 6, 512
_SMALL = 4096
"""Bytes of a file that may be a key as a whole."""
_LARGEST = 1 << 20
"""Bytes of a text that is read for candidates."""
MOST = 200_000
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")
_NAMED = re.compile(
    rb"[\"']?([A-Za-z_][\w.-]{0,80})[\"']?[ \t]{0,8}[:=][ \t]{0,8}[\"']?([^\"'\s,]{1,700})"
)
_CALLED = re.compile(rb"(?i)secret|pass|token|credential|key|crypt|luks")
_SECRET = re.compile(rb"\bkind[\"']?:\s{0,8}[\"']?Secret\b")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_RANKS = 4


@dataclass
class Harvest:
    """What was found so far, each once."""

    identities: list[X25519Identity] = field(default_factory=list, repr=False)
    _ranked: list[dict[bytes, None]] = field(
        default_factory=lambda: [{} for _ in range(_RANKS)], repr=False
    )

    @property
    def passphrases(self) -> tuple[bytes, ...]:
        """In the order in which they are tried."""
        return tuple(dict.fromkeys(chain(*self._ranked)))

    @property
    def file_keys(self) -> tuple[Secret, ...]:
        """Those of `passphrases` that may be file keys: 16 bytes, or their hex."""
        found = (key for one in self.passphrases for key in _keys(one))
        return tuple(Secret(one) for one in dict.fromkeys(found))

    def take(self, data: bytes, *, public: bool) -> None:
        """Take candidates from one text; `public`: everybody can read it, so it comes last."""
        known = {str(one.recipient) for one in self.identities}
        for identity in sealed.identities(data):
            if str(identity.recipient) not in known:
                self.identities.append(identity)
                known.add(str(identity.recipient))
        if len(data) > _LARGEST or sum(map(len, self._ranked)) > MOST:
            return
        for rank, one in _candidates(data):
            self._ranked[max(rank, _RANKS - 1 if public else 0)].setdefault(one)


def _candidates(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(how late it is tried, what may be a passphrase)."""
    if len(data) <= _SMALL:
        yield 2, data
        yield 2, data.rstrip(b"\r\n")
    if not _TEXT.fullmatch(data):
        return
    inside = _SECRET.search(data) is not None
    for match in _NAMED.finditer(data):
        rank = 0 if inside else 1 if _CALLED.search(match[1]) else 2
        for value in (match[2], _decoded(match[2])):
            if _fits(value):
                yield rank, value
    for line in data.splitlines():
        if _fits(line.strip()):
            yield 2, line.strip()


def _fits(value: bytes) -> bool:
    return _SHORTEST <= len(value) <= _LONGEST


def _decoded(value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return b""


def _keys(text: bytes) -> Iterator[bytes]:
    if len(text) == sealed.FILE_KEY:
        yield text
    if len(text) == 2 * sealed.FILE_KEY and _HEX.fullmatch(text):
        yield bytes.fromhex(text.decode())
