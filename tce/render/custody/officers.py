"""``keys/officers/<name>.pem``: with which an officer's signature is verified.

Ed25519 as SubjectPublicKeyInfo (RFC 8410, section 4): the algorithm says nothing but its name.
"""

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Officer, Specification

_ALGORITHM = bytes.fromhex("302a300506032b6570032100")


def path(name: str) -> str:
    """Where an officer's public key lies."""
    return f"keys/officers/{name}.pem"


def files(spec: "Specification") -> Iterator[File]:
    """One for each officer."""
    for one in spec.keys.officers:
        yield File(path(one.name), pem(one).encode())


def pem(officer: "Officer") -> str:
    """A public key in PEM."""
    said = base64.b64encode(_ALGORITHM + base64.b64decode(officer.key)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{said}\n-----END PUBLIC KEY-----\n"
