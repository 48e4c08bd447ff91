"""Whose signatures count for an environment, and who signs here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Key, Signer

from blueprints.check.repository import Repository
from blueprints.front import Front
from governance.signing import keyfile
from governance.signing.errors import SigningError

EVIDENCE = "keys/evidence.pem"
"""Public half of the key that signs records: OpenBao's, or that of whoever runs the proofs. After a
rotation it holds those of all versions."""
_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True)
class Known:
    """A key that counts, and whose it is."""

    key: Key
    name: str
    """``evidence key``; of an officer the name; of a key that was named, its file."""
    person: str = ""
    """An officer's, as the specification names them; empty: no person's."""


def signers(uri: str | None, front: Front, folder: Path | None = None) -> tuple[Signer, ...]:
    """Who signs: nobody where no key is named. `folder` says which OpenBao where nothing else does.

    Raises:
        CustodyError: the URI names no key, or one that does not sign.
        SigningError: the key cannot be used.
    """
    return () if uri is None else (front.signer(uri, folder),)


def known(repo: Repository, trusted: Sequence[Path] = ()) -> tuple[Known, ...]:
    """Keys that the repository names, and those in the files `trusted`.

    Raises:
        ExpectedError: the specification does not name officers as it should.
        SigningError: a file holds no key.
    """
    from tce.keys.orders import officers

    found = [
        Known(one.key, f"officer {one.name}", one.person)
        for one in officers.read(repo.folder).officers
    ]
    if repo.exists(EVIDENCE):
        found += [Known(one, "evidence key") for one in _keys(repo.read(EVIDENCE), EVIDENCE)]
    for path in trusted:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SigningError(f"{path}: {error.strerror}") from error
        found += [Known(one, f"key {path.name}") for one in _keys(content, str(path))]
    return tuple({one.key.keyid: one for one in reversed(found)}.values())


def _keys(content: bytes, name: str) -> Iterator[Key]:
    blocks = _BLOCK.findall(content)
    if not blocks:
        raise SigningError(f"{name}: not a public key in PEM")
    yield from (keyfile.public(block, name) for block in blocks)
