"""`tutela tce attest`: an officer says something by name, about files as they are today."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from securesystemslib.signer import Signer

from blueprints.check.repository import Repository
from blueprints.display import visible
from governance.signing import envelope
from tce.evidence.attested import statement
from tce.evidence.catalogue import frameworks
from tce.evidence.crosswalk import Item, of_file, shipped
from tce.evidence.errors import DeadControlError, EvidenceError
from tce.evidence.judge import matches
from tce.evidence.keep import put
from tce.evidence.keys import known
from tce.evidence.record import PAYLOAD_TYPE

SPECIFICATION = "spec.yaml"


@dataclass(frozen=True)
class Attestation:
    """What was written."""

    file: str
    person: str
    says: str
    items: tuple[str, ...]
    controls: tuple[str, ...]
    until: date

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/attestation/v1``."""
        return {
            "schema": "tutela/attestation/v1",
            "file": self.file,
            "person": self.person,
            "says": self.says,
            "items": list(self.items),
            "controls": list(self.controls),
            "until": self.until.isoformat(),
        }

    def __str__(self) -> str:
        about = ", ".join((*self.items, *self.controls))
        return visible(f"{self.file}: {self.person} on {about}, until {self.until}")


@dataclass(frozen=True)
class Saying:
    """What somebody wants to say."""

    items: tuple[str, ...]
    controls: tuple[str, ...]
    says: str
    until: str
    """ISO 8601; the last day on which it holds."""
    crosswalk: Path | None = None
    """Where the items stand; None: in tutela's own."""


def attest(
    folder: Path, said: Saying, signers: Sequence[Signer], now: datetime, out: Path
) -> Attestation:
    """Write what the officer says whose key signs.

    Raises:
        DeadControlError: an item or a control that there is not.
        EvidenceError: the key is no officer's; the day is none; it cannot be written.
        ExpectedError: `folder` is no rendered environment.
    """
    repo = Repository(folder)
    known_items = shipped() if said.crosswalk is None else of_file(said.crosswalk)
    about = [_item(name, known_items) for name in said.items]
    for key in said.controls:
        framework, _, number = key.partition(":")
        if framework not in frameworks() or number not in frameworks()[framework].controls:
            raise DeadControlError(f"there is no control {key!r}", "--control satre:1.2.04")
    try:
        last = date.fromisoformat(said.until)
    except ValueError:
        raise EvidenceError(f"--until {said.until!r} is no day", "--until 2027-06-30") from None
    keyids = {one.public_key.keyid for one in signers}
    person = next((one.person for one in known(repo) if one.person and one.key.keyid in keyids), "")
    if not person:
        raise EvidenceError(
            "that key is no officer's: the specification names them under keys.officers"
        )
    patterns = [pattern for one in about for pattern in one.files] or [SPECIFICATION]
    files = {
        path: hashlib.sha256(repo.read(path)).hexdigest()
        for path in repo.files
        if any(matches(path, one) for one in patterns)
    }
    text = statement(
        _name(repo), person, said.says, said.items, said.controls, files, now.date(), last
    )
    put(out, envelope.sign(text, PAYLOAD_TYPE, signers))
    return Attestation(str(out), person, said.says, said.items, said.controls, last)


def _item(name: str, items: Sequence[Item]) -> Item:
    for one in items:
        if one.id == name:
            return one
    raise DeadControlError(f"there is no item {name!r}", "tutela tce evidence DIR")


def _name(repo: Repository) -> str:
    from tce.keys.orders import officers

    return officers.read(repo.folder).environment
