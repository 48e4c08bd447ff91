"""`tutela tce keys new`: a key of an officer's own, made where it stays."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from blueprints.secret import Ask, Secret
from governance.signing import keyfile
from tce.age import identities
from tce.age.keys import X25519Identity
from tce.age.passphrase import Passphrase
from tce.keys.errors import CustodyError

Kind = Literal["ed25519", "age"]


@dataclass(frozen=True)
class New:
    """A key that was made; its public half."""

    file: Path
    kind: Kind
    public: str
    """Base64 of 32 bytes, or ``age1..``: as a specification names it."""
    protected: bool
    """It is under a passphrase."""

    def __str__(self) -> str:
        field = "key" if self.kind == "ed25519" else "recipient"
        bare = (
            "" if self.protected else "\nwithout a passphrase: whoever reads the file has the key"
        )
        return f"{self.file}: keep it; spec.yaml, keys.officers: {field}: {self.public}{bare}"

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "file": str(self.file),
            "kind": self.kind,
            "public": self.public,
            "protected": self.protected,
        }


def new(
    file: Path,
    kind: Kind,
    ask: Ask | None,
    now: datetime,
    random: Callable[[int], bytes],
) -> New:
    """Make a key and write it to `file`, which nobody else may read.

    Args:
        file: nothing may be there.
        kind: to sign with (Ed25519), or to open with (age, X25519).
        ask: for the passphrase that it is kept under; None: under none.
        now: noted in an identity.
        random: of the identity.

    Raises:
        CustodyError: something is there already, or it cannot be written; an empty passphrase.
        NoSecretError: a passphrase is wanted, and nobody is there to say it.
    """
    passphrase = ask(keyfile.PASSPHRASE, f"new passphrase of {file.name}") if ask else None
    if passphrase is not None and not passphrase.reveal():
        raise CustodyError("an empty passphrase protects nothing", "--plain")
    if kind == "ed25519":
        private, pem = keyfile.new(passphrase)
        text = private.reveal()
        public = base64.b64encode(_raw(pem)).decode()
    else:
        identity = X25519Identity.new(random)
        plain = identities.write(identity, now)
        text = plain.reveal()
        if passphrase is not None:
            text = identities.protect(plain, Passphrase(passphrase), random)
        public = str(identity.recipient)
    write(file, Secret(text))
    return New(file, kind, public, passphrase is not None)


def write(file: Path, text: Secret) -> None:
    """Write a secret into a new file that only its owner reads.

    Raises:
        CustodyError: something is there already, or it cannot be written.
    """
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(text.reveal())
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise CustodyError(f"{file} is there already: a key is never overwritten") from None
    except OSError as error:
        raise CustodyError(f"cannot write {file}: {error.strerror}") from None


def _raw(pem: bytes) -> bytes:
    key = load_pem_public_key(pem)
    return key.public_bytes_raw()  # type: ignore[union-attr]
