"""What a rendered environment says of sealing: places, recipients, senders, where headers lie.

A place of a trusted environment takes detached bodies only, sealed to its bucket's identity and to
the escrow; it opens nothing without a manifest of a known sender in the version that counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Key

from blueprints import yamlfile
from governance.signing import keyfile
from tce.custody.custody import FILE, Custody, Identity
from tce.seal import manifests, recipients
from tce.seal.errors import SealError, UsageError
from tce.seal.recipients import Recipients

RECIPIENTS = "keys/recipients"
ESCROW = "escrow"
SENDERS = ("keys/senders", "keys/officers")
"""Folders of public keys (PEM) of whoever may seal."""
_BLOCK = re.compile(rb"-----BEGIN [^-]+-----.*?-----END [^-]+-----\n?", re.DOTALL)
EVIDENCE = "keys/evidence.pem"
"""The environment's own key in OpenBao."""


@dataclass(frozen=True)
class Environment:
    """A rendered repository."""

    folder: Path
    custody: Custody

    def bucket(self, name: str) -> Identity:
        """Return the bucket of this name.

        Raises:
            SealError: the environment has none of it.
        """
        known = {one.name: one for one in self.custody.identities}
        if name not in known:
            raise SealError(
                f"{self.folder}: no bucket {name}",
                *(f"--to {one}" for one in sorted(known)),
            )
        return known[name]

    def at(self, uri: str) -> Identity | None:
        """Return the bucket in whose place `uri` lies."""
        for one in self.custody.identities:
            if f"{uri.rstrip('/')}/".startswith(f"{one.place.rstrip('/')}/"):
                return one
        return None

    def recipients(self, name: str) -> Recipients:
        """Return whom a bucket's objects are sealed to, without the escrow.

        Raises:
            SealError: no such bucket, or it has no identity yet.
        """
        self.bucket(name)
        return self._recipients(name, f"tutela tce keys apply {self.folder}")

    def escrow(self) -> Recipients:
        """Return the escrow's recipient.

        Raises:
            SealError: there is none yet.
        """
        return self._recipients(ESCROW, f"tutela tce keys escrow split {self.folder}")

    def _recipients(self, name: str, hint: str) -> Recipients:
        file = self.folder / RECIPIENTS / f"{name}.age"
        if not file.is_file():
            raise SealError(f"{file}: not there yet: a ceremony writes it", hint)
        return recipients.of_file(file)

    def senders(self) -> manifests.Senders:
        """Return the keys of everybody whose manifests are believed.

        Raises:
            SigningError: one of them is no key.
            SealError: there is none.
        """
        files = [file for one in SENDERS for file in sorted((self.folder / one).glob("*.pem"))]
        files += [file for file in [self.folder / EVIDENCE] if file.is_file()]
        found = manifests.named([(file.stem, key) for file in files for key in public(file)])
        if not found:
            raise SealError(
                f"{self.folder}: no sender's key in {' or '.join(SENDERS)}",
                f"tutela tce keys public KEY > {self.folder}/{SENDERS[0]}/NAME.pem",
            )
        return found

    @property
    def headers(self) -> str:
        """Where headers lie: ``bao://<engine>``."""
        return f"bao://{self.custody.headers}"


def load(folder: Path) -> Environment:
    """Read a rendered environment.

    Raises:
        SealError: it is none.
        InvalidFileError: its custody file says something that cannot be.
    """
    file = folder / FILE
    if not file.is_file():
        raise SealError(
            f"{folder}: not a rendered environment: there is no {FILE}",
            "tutela tce render tce.yaml --out DIR",
        )
    return Environment(folder, yamlfile.check(Custody, yamlfile.read(file)))


def outside(uris: Sequence[str]) -> None:
    """Return where none of `uris` lies in a place of the environment whose repository this is.

    Whoever stands in a rendered repository and forgets ``--environment`` would seal with the header
    beside the body, or open what nobody vouches for.

    Raises:
        UsageError: one does.
        SealError, InvalidFileError: the repository cannot be read.
    """
    if not Path(FILE).is_file():
        return
    ours = load(Path())
    for uri in uris:
        found = ours.at(uri)
        if found is not None:
            raise UsageError(f"{uri} is a place of this environment", "--environment .")


def public(file: Path) -> list[Key]:
    """Return the public keys of a PEM file: of a key that was rotated, one for each version.

    Raises:
        SealError: it cannot be read.
        SigningError: it holds none, or something else.
    """
    try:
        text = file.read_bytes()
    except OSError as error:
        raise SealError(f"{file}: {error.strerror}") from error
    blocks = _BLOCK.findall(text) or [text]
    return [keyfile.public(block, str(file)) for block in blocks]
