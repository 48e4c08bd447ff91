"""Collects what could be a key from what the provider holds: every text, however it is packed.

Whoever finds a file of secrets tries each of its lines as a passphrase; so does this. A candidate
is a whole small file, a line, or what stands after ``:`` or ``=`` in one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blueprints.secret import Secret
from tce.age.keys import X25519Identity
from tce.attack import sealed

_SHORTEST, _LONGEST = 6, 512
_SMALL = 4096
"""Bytes of a file that may be a key as a whole."""
_LARGEST = 1 << 20
"""Bytes of a text that is read for candidates."""
MOST = 100_000
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")
_AFTER = re.compile(rb"[:=]\s*(.+)$")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")


@dataclass
class Harvest:
    """What was found so far, each once."""

    identities: list[X25519Identity] = field(default_factory=list, repr=False)
    passphrases: dict[bytes, None] = field(default_factory=dict, repr=False)
    """In the order in which they are tried: what was packed or encoded first."""
    file_keys: dict[bytes, None] = field(default_factory=dict, repr=False)

    def take(self, data: bytes, *, packed: bool) -> None:
        """Take candidates from one text; `packed`: it was encoded, as values of Secrets are."""
        known = {str(one.recipient) for one in self.identities}
        for identity in sealed.identities(data):
            if str(identity.recipient) not in known:
                self.identities.append(identity)
                known.add(str(identity.recipient))
        if len(data) > _LARGEST or len(self.passphrases) > MOST:
            return
        fresh = dict.fromkeys(_candidates(data))
        self.passphrases = {**fresh, **self.passphrases} if packed else self.passphrases | fresh
        for one in fresh:
            self.file_keys.update(dict.fromkeys(_keys(one)))


def _candidates(data: bytes) -> Iterator[bytes]:
    if len(data) <= _SMALL:
        yield data
        yield data.rstrip(b"\r\n")
    if not _TEXT.fullmatch(data):
        return
    for line in data.splitlines():
        line = line.strip()
        after = _AFTER.search(line)
        for one in (line, after[1].strip().strip(b"\"'") if after else b""):
            if _SHORTEST <= len(one) <= _LONGEST:
                yield one


def _keys(text: bytes) -> Iterator[bytes]:
    """What may be a file key: 16 bytes, or their hex."""
    if len(text) == sealed.FILE_KEY:
        yield text
    if len(text) == 2 * sealed.FILE_KEY and _HEX.fullmatch(text):
        yield bytes.fromhex(text.decode())


def secrets(found: Harvest) -> tuple[Secret, ...]:
    """File keys that lie about."""
    return tuple(Secret(one) for one in found.file_keys)
