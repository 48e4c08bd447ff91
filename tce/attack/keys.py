"""What the institution adds in the second half: a key by URI, or what a file holds as it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blueprints.formats.git.plain import read_plain
from blueprints.secret import Ask
from tce.age import identities
from tce.age.header import INTRO
from tce.age.keys import X25519Identity
from tce.attack import sealed
from tce.attack.errors import AttackError
from tce.keys import uri
from tce.keys.bao import identities as wrapped
from tce.keys.bao import kv
from tce.keys.bao.client import Bao
from tce.keys.uri import AgeKey, BaoKey, FileKey

_LARGEST = 8 << 20
"""Bytes of a key file, as `cryptsetup` reads them at most."""
_FORMS = ("age:FILE", "file:FILE", "bao://MOUNT/data/PATH")
_WRAPPED = "identities/"


@dataclass(frozen=True)
class Given:
    """One key of the institution, as whatever it can be."""

    name: str
    """As it was named; never a value."""
    identities: tuple[X25519Identity, ...] = field(default=(), repr=False)
    passphrases: tuple[bytes, ...] = field(default=(), repr=False)


def given(said: Sequence[str], ask: Ask, bao: Callable[[], Bao]) -> tuple[Given, ...]:
    """Return the keys that ``--key`` names; `bao` connects where one is of OpenBao.

    Raises:
        AttackError: a file that cannot be read; a key that opens nothing by itself.
        CustodyError: it names no key; OpenBao cannot be reached.
        AgeError: a file of identities that is damaged, or a wrong passphrase.
        NoSecretError: a passphrase or a token is needed, and nobody is there to say it.
    """
    return tuple(_given(text, ask, bao) for text in said)


def _given(text: str, ask: Ask, bao: Callable[[], Bao]) -> Given:
    key = uri.parse(text)
    match key:
        case AgeKey(path) | FileKey(path):
            content = _content(path)
            if content.startswith(INTRO) or any(True for _ in sealed.identities(content)):
                return Given(str(key), identities.load(path, ask))
            return Given(str(key), (), _passphrases(content))
        case BaoKey(mount, "data", path):
            if path.startswith(_WRAPPED):
                return Given(str(key), tuple(wrapped.load(bao(), key)))
            values = kv.get(bao(), mount, path).data.values()
            return Given(str(key), (), tuple(one.encode() for one in values))
        case _:
            raise AttackError(f"{key} opens nothing by itself", *_FORMS)


def _content(path: Path) -> bytes:
    try:
        return read_plain(path, _LARGEST)
    except OSError as error:
        raise AttackError(f"{path}: {error.strerror or error}") from None


def _passphrases(content: bytes) -> tuple[bytes, ...]:
    """A key file as it is, and without the end of line that an editor adds."""
    return tuple(dict.fromkeys((content, content.rstrip(b"\r\n"))))
