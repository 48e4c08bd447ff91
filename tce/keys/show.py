"""`tutela tce keys public`: the half of a signing key that everybody may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Ask
from tce.keys import public
from tce.keys.signers import public_keys
from tce.keys.uri import parse


@dataclass(frozen=True)
class Shown:
    """A key's public halves, oldest version first."""

    uri: str
    pem: tuple[str, ...]
    keyids: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(self.pem)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/public-key/v1",
            "uri": self.uri,
            "pem": list(self.pem),
            "keyids": list(self.keyids),
        }


def show(uri: str, ask: Ask, environ: Mapping[str, str], folder: Path | None = None) -> Shown:
    """Return the public halves of a signing key.

    Raises:
        CustodyError: the URI names no key that signs, or it cannot be reached.
        SigningError: a key file that is none.
        NoSecretError: a secret is needed, and nobody is there to say it.
    """
    keys = public_keys(parse(uri), ask, environ, folder)
    # All of them are Ed25519, whose public value securesystemslib keeps in hexadecimal.
    pem = tuple(public.pem(bytes.fromhex(one.keyval["public"])).decode() for one in keys)
    return Shown(uri, pem, tuple(one.keyid for one in keys))
