"""Whoever seals and opens in tests: keys in files, as people have them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from governance.signing import keyfile
from tce.age import identities
from tce.age.keys import X25519Identity
from tests.program import Ran, run

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A folder with ``sender.key``, ``sender.pem``, ``id.age``, ``to.age``, ``escrow.age``."""

    folder: Path

    def file(self, name: str, content: bytes) -> Path:
        """Write a file to seal."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    @property
    def recipient(self) -> str:
        """``age1..`` of ``id.age``."""
        return (self.folder / "to.age").read_text().split()[-1]

    def seal(self, *words: str, environ: dict[str, str] | None = None) -> Ran:
        """Run ``tutela tce seal`` as this person, to the recipient and the escrow."""
        said = ("--key", "file:sender.key", "--to", "to.age", "--escrow", "escrow.age")
        return run("tce", "seal", *words, *said, cwd=self.folder, environ=environ)

    def open(self, *words: str, environ: dict[str, str] | None = None) -> Ran:
        """Run ``tutela tce open`` as this person, who knows the sender."""
        said = ("--identity", "age:id.age", "--sender", "sender.pem")
        return run("tce", "open", *words, *said, cwd=self.folder, environ=environ)


def person(folder: Path) -> Person:
    """Make somebody."""
    folder.mkdir(parents=True, exist_ok=True)
    private, public = keyfile.new(None)
    secret(folder / "sender.key", private.reveal())
    (folder / "sender.pem").write_bytes(public)
    for name, to in (("id.age", "to.age"), ("escrow-id.age", "escrow.age")):
        identity = X25519Identity.new(secrets.token_bytes)
        secret(folder / name, identities.write(identity, NOW).reveal())
        (folder / to).write_text(f"# epoch: 3\n{identity.recipient}\n")
    return Person(folder)


def secret(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read."""
    path.touch(mode=0o600)
    path.write_bytes(content)
