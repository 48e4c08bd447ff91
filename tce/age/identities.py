"""Files of identities and of recipients, as `age-keygen` writes them."""

import io
import os
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from blueprints.secret import Ask, Secret
from tce.age import armor, header, whole
from tce.age.errors import AgeError, KeyTextError, NoIdentityError
from tce.age.keys import X25519Identity, X25519Recipient
from tce.age.passphrase import Passphrase
from tce.age.stanza import SCRYPT, Random

LARGEST = 1 << 20
"""Bytes of a file that is read here."""
_READERS = stat.S_IRWXG | stat.S_IRWXO


def load(path: Path, ask: Ask) -> tuple[X25519Identity, ...]:
    """Return the identities of a file; its passphrase is asked for where it has one.

    Raises:
        AgeError: no such file, one that others may read too though it has no passphrase, a wrong
            passphrase, something else than identities.
        NoSecretError: a passphrase is needed and cannot be asked for.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = Secret(file.read(LARGEST + 1))
    except OSError as error:
        raise AgeError(f"{path}: {error.strerror}") from error
    if not _sealed(text) and stat.S_ISREG(mode) and mode & _READERS:
        raise AgeError(f"{path}: an identity that others may read", f"chmod 600 {path}")
    return read(text, ask, str(path))


def read(text: Secret, ask: Ask, name: str) -> tuple[X25519Identity, ...]:
    """As :func:`load`, of a text; `name` is what errors and questions call it."""
    if len(text.reveal()) > LARGEST:
        raise AgeError(f"{name}: longer than {LARGEST} bytes: not a file of identities")
    if _sealed(text):
        text = _opened(text.reveal(), ask, name)
    identities = []
    for number, line in enumerate(_lines(text.reveal()), 1):
        if line and not line.startswith(b"#"):
            try:
                identities.append(X25519Identity.parse(Secret(line)))
            except KeyTextError as error:
                raise KeyTextError(f"{name}:{number}: {error}") from None
    if not identities:
        raise AgeError(f"{name}: no identity in it")
    return tuple(identities)


def write(identity: X25519Identity, created: datetime) -> Secret:
    """Return the text of a file that holds `identity`, as `age-keygen` writes it."""
    when = created.isoformat(timespec="seconds").replace("+00:00", "Z")
    said = f"# created: {when}\n# public key: {identity.recipient}\n"
    return Secret(said.encode() + identity.text().reveal() + b"\n")


def protect(text: Secret, passphrase: Passphrase, random: Random) -> bytes:
    """Return a file of identities under a passphrase; ``age --decrypt`` opens it too."""
    return whole.seal(text, [passphrase], random)


def recipients(text: bytes, name: str) -> tuple[X25519Recipient, ...]:
    """Return the recipients of a file: one a line, ``#`` begins a comment.

    Raises:
        KeyTextError: a line that is none; it is named by its number.
    """
    found = []
    for number, line in enumerate(_lines(text), 1):
        if line and not line.startswith(b"#"):
            try:
                found.append(X25519Recipient.parse(line.decode()))
            except UnicodeDecodeError:
                raise KeyTextError(f"{name}:{number}: not text") from None
            except KeyTextError as error:
                wrong = KeyTextError(f"{name}:{number}: {error}")
                wrong.__notes__ = getattr(error, "__notes__", [])
                raise wrong from None
    return tuple(found)


def _lines(text: bytes) -> Sequence[bytes]:
    return [line.strip() for line in text.split(b"\n")]


def _sealed(text: Secret) -> bool:
    start = text.reveal().lstrip()
    return start.startswith((header.INTRO, armor.BEGIN))


def _opened(text: bytes, ask: Ask, name: str) -> Secret:
    if text.lstrip().startswith(armor.BEGIN):
        text = armor.plain(text, name)
    if [stanza.kind for stanza in header.read(io.BytesIO(text), name).stanzas] != [SCRYPT]:
        raise AgeError(f"{name}: sealed, and not by a passphrase", "age --decrypt opens it first")
    said = ask("passphrase", f"passphrase of {Path(name).name}")
    try:
        return whole.open(text, [Passphrase(said)], name)
    except NoIdentityError:
        raise AgeError(f"{name}: a wrong passphrase") from None
