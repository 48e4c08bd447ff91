"""Backups of header stores, and what comes back of them.

A header is all that a body needs: a store without a backup is one broken disk away from losing
every object, and a backup that nobody told the shredder of brings every object back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key, Signer

from tce.age.keys import X25519Recipient
from tce.age.stanza import Identity, Random
from tce.seal.headers import archive
from tce.seal.headers.store import Destroyed, Entry, HeaderStore, Refused

TELL = "name this file to tutela tce shred (--backup), as long as it is kept anywhere"


@dataclass(frozen=True)
class Backed:
    """A backup that was made."""

    file: Path
    where: str
    entries: int
    signed: bool

    def __str__(self) -> str:
        unsigned = "" if self.signed else "\nnobody signed it: a restore cannot tell who made it"
        return f"{self.entries} entries of {self.where} in {self.file}{unsigned}\n{TELL}"

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/header-backup-made/v1``."""
        return {
            "schema": "tutela/header-backup-made/v1",
            "file": str(self.file),
            "where": self.where,
            "entries": self.entries,
            "signed": self.signed,
        }


@dataclass(frozen=True)
class Restored:
    """What a restore brought into a store."""

    file: Path
    where: str
    made: str
    """When the backup was; ISO 8601."""
    proved: bool
    """A key that is believed signed it."""
    records: int
    destroyed: int
    """Entries that only say that an object was shredded."""
    refused: tuple[Refused, ...]
    """What the store has in a newer version, or knows as shredded: it is as it was."""

    def __str__(self) -> str:
        lines = [
            f"{self.records} headers, {self.destroyed} shredded, of the backup of {self.made} "
            f"in {self.where}",
            *(f"not taken: {one.error}" for one in self.refused),
            f"what was sealed, rotated or shredded after {self.made} is not in it: an older "
            "version that is replayed from then is not told from the one that counts",
        ]
        if not self.proved:
            lines.append("nobody who is known signed this backup")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/header-restore/v1``."""
        return {
            "schema": "tutela/header-restore/v1",
            "file": str(self.file),
            "where": self.where,
            "made": self.made,
            "proved": self.proved,
            "records": self.records,
            "destroyed": self.destroyed,
            "refused": [one.as_json() for one in self.refused],
        }


def backup(
    store: HeaderStore,
    file: Path,
    recipients: Sequence[X25519Recipient],
    signer: Signer | None,
    now: datetime,
    random: Random,
) -> Backed:
    """Write every entry of `store` to `file`, sealed to `recipients`: the escrow's.

    Raises:
        HeadersError: the store has a damaged entry, which would be missing; the file is there, or
            cannot be written.
        SigningError: the signer cannot be reached or refuses.
    """
    made = now.isoformat(timespec="seconds")
    said = archive.write(file, store.entries(), store.where, recipients, signer, made, random)
    return Backed(file, store.where, said.entries, signer is not None)


def restore(
    file: Path, store: HeaderStore, identities: Sequence[Identity], keys: Sequence[Key]
) -> Restored:
    """Bring what a backup has into `store`; an object there never goes back to an older version.

    Args:
        file: the backup.
        store: mostly an empty one.
        identities: the escrow's.
        keys: whose signature it has to have; none: nobody's.

    Raises:
        AgeError: none of `identities` opens it.
        HeadersError: it is damaged, or the store cannot be written. What was taken before that
            stays; a second run takes the rest.
        UnverifiedError: none of `keys` signed it.
    """
    opened = archive.read(file, keys)
    records = destroyed = 0

    def entries() -> Iterator[Entry]:
        nonlocal records, destroyed
        for one in opened.entries(identities):
            if isinstance(one, Destroyed):
                destroyed += 1
            else:
                records += 1
            yield one

    refused = store.adopt(entries())
    return Restored(
        file,
        store.where,
        opened.said.made,
        opened.proved,
        records - len(refused),
        destroyed,
        tuple(sorted(refused, key=lambda one: one.name)),
    )
