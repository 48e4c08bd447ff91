"""Whose signatures count for an environment, and who signs here."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import yaml
from securesystemslib.signer import Key, Signer

from blueprints.check.repository import Repository
from blueprints.front import Front
from governance.signing import keyfile
from governance.signing.errors import SigningError
from tce.evidence.errors import EvidenceError

EVIDENCE = "keys/evidence.pem"
"""Public half of the key that signs records: OpenBao's, or that of whoever runs the proofs."""
SPECIFICATION = "spec.yaml"


@dataclass(frozen=True)
class Known:
    """A key that counts, and whose it is."""

    key: Key
    name: str
    """``evidence``; of an officer the name; of a key that was named, its file."""
    person: str = ""
    """An officer's, as the specification names them; empty: no person's."""


def signers(uri: str | None, front: Front) -> tuple[Signer, ...]:
    """Who signs: nobody where no key is named.

    Raises:
        CustodyError: the URI names no key, or one that does not sign.
        SigningError: the key cannot be used.
    """
    if uri is None:
        return ()
    from tce.keys.signers import signer
    from tce.keys.uri import parse

    return (signer(parse(uri), front.secret, front.environ),)


def known(repo: Repository, trusted: tuple[Path, ...] = ()) -> tuple[Known, ...]:
    """Keys that the repository names, and those in the files `trusted`.

    Raises:
        EvidenceError: an officer's key is none.
        SigningError: a file holds no key.
    """
    found = [*_officers(repo)]
    if repo.exists(EVIDENCE):
        found.append(Known(keyfile.public(repo.read(EVIDENCE), EVIDENCE), "evidence"))
    for path in trusted:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SigningError(f"{path}: {error.strerror}") from error
        found.append(Known(keyfile.public(content, str(path)), path.name))
    return tuple({one.key.keyid: one for one in reversed(found)}.values())


def _officers(repo: Repository) -> list[Known]:
    said = _specification(repo)
    keys = said.get("keys")
    officers = keys.get("officers") if isinstance(keys, dict) else None
    found = []
    for one in officers if isinstance(officers, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("key"), str):
            raise EvidenceError(f"{SPECIFICATION}: keys.officers: an officer without a key")
        name = str(one.get("name", ""))
        try:
            raw = base64.b64decode(one["key"], validate=True)
            key = keyfile.of_bytes(raw)
        except (binascii.Error, ValueError) as error:
            raise EvidenceError(
                f"{SPECIFICATION}: keys.officers: {name}: no Ed25519 key in base64"
            ) from error
        found.append(Known(key, f"officer {name}", str(one.get("person", name))))
    return found


def _specification(repo: Repository) -> dict[str, object]:
    if not repo.exists(SPECIFICATION):
        return {}
    try:
        said = yaml.safe_load(repo.text(SPECIFICATION))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
