"""What a header store is: one record per object, versions that only grow.

The store is also the institution's version record: :meth:`HeaderStore.current` tells which version
of an object is the one that counts, so that an older one, signed and whole, is known as replayed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from blueprints.errors import ExpectedError
from tce.seal.headers.errors import ConflictError

SCHEMA = "tutela/header/v1"


@dataclass(frozen=True)
class Record:
    """The version of an object that counts."""

    name: str
    """Of the object at the institution: the key of the store."""
    id: str
    """Of its body at the provider. Rotation keeps it; whoever seals the object anew, as
    revocation does, takes another."""
    version: int
    """The manifest's, 1 or more."""
    header: bytes = field(repr=False)
    """The age header, up to and with its MAC line and the newline after it."""
    manifest: bytes = field(repr=False)
    """The DSSE envelope of the `governance.sealed.manifest.Manifest`."""


@dataclass(frozen=True)
class Destroyed:
    """What is left of a shredded object: that it was, and that no older version is to come back."""

    name: str
    id: str
    version: int
    """The last one that counted."""
    destroyed: str
    """When; ISO 8601, UTC."""
    order: str
    """SHA-256 of the order by which it was destroyed, in hex."""


Entry = Record | Destroyed


@dataclass(frozen=True)
class Change:
    """A record to put, if the store still has what it was made from."""

    record: Record
    after: int | None
    """The version that the store has now, of a record or of a destroyed one; None: it has never
    had the object."""


@dataclass(frozen=True)
class Refused:
    """A change that was not made; the object is as it was."""

    name: str
    error: ExpectedError

    def as_json(self) -> dict[str, object]:
        """Name, kind and message."""
        return {"name": self.name, "kind": self.error.kind, "message": str(self.error)}


def mark(record: Record, when: datetime, order: str) -> Destroyed:
    """Return what is left of `record` once it is destroyed."""
    return Destroyed(record.name, record.id, record.version, when.isoformat(), order)


def follows(old: Entry | None, new: Entry, after: int | None) -> bool:
    """Whether `new` may be put after version `after`, where the store has `old`: always True.

    Raises:
        ConflictError: it may not.
    """
    has = old.version if old else None
    if has != after:
        told = f"version {has}" if has else "nothing"
        needed = f"version {after}" if after else "nothing"
        raise ConflictError(f"{new.name}: the store has {told}, and {needed} was expected")
    if has is not None and new.version <= has:
        raise ConflictError(f"{new.name}: version {new.version} is not above version {has}")
    return True


def above(old: Entry | None, new: Entry, _: int | None = None) -> bool:
    """Whether `new`, of a backup, is to be taken where the store has `old`; False: it is the same.

    Raises:
        ConflictError: `old` is newer, or destroyed; nothing goes back.
    """
    if old is None or old == new:
        return old is None
    if isinstance(old, Destroyed) and new.version <= old.version:
        raise ConflictError(f"{new.name}: version {new.version} was shredded at {old.destroyed}")
    if new.version > old.version or (isinstance(new, Destroyed) and new.version == old.version):
        return True
    raise ConflictError(
        f"{new.name}: version {new.version} of the backup is not above version {old.version}"
    )


class HeaderStore(Protocol):
    """Where headers lie.

    Every method raises :class:`~tce.seal.headers.errors.HeadersError` where the store cannot be
    used; OpenBao's own failures are `tce.keys` errors.
    """

    @property
    def where(self) -> str:
        """The store as people name it: a folder or ``bao://..``."""

    def put(self, record: Record, after: int | None) -> None:
        """Make `record` the one that counts, if version `after` was until now.

        When it returns, the record survives a crash; the older header is gone from the store. A
        crash on the way leaves exactly the older or the newer record.

        Raises:
            ConflictError: another version counts, or the new one is not above it.
        """

    def put_all(self, changes: Iterable[Change]) -> list[Refused]:
        """Put many, each for itself, as :meth:`put`; faster than one by one."""

    def current(self, name: str) -> Record:
        """Return the record of an object, by its name or by the id of its body.

        Raises:
            MissingError: it is not here, and never was.
            DestroyedError: it was shredded.
            DamagedError: what lies here is not what was put.
        """

    def find(self, name: str) -> Entry | None:
        """Return what there is of an object, by its name or by the id of its body; or None.

        Raises:
            DamagedError: what lies here is not what was put.
        """

    def latest(self, name: str) -> int | None:
        """Return the last version of an object by that name, of a destroyed one too; or None."""

    def names(self) -> list[str]:
        """Return the names of all objects that are not destroyed, sorted."""

    def entries(self, damaged: list[Refused] | None = None) -> Iterator[Entry]:
        """Yield every record and every destroyed one, in some order; memory is bounded.

        What is damaged is added to `damaged`, by where it lies; without such a list it is raised.
        """

    def destroy(self, names: Sequence[str], when: datetime, order: str) -> list[Destroyed]:
        """Destroy the headers of these objects in every version that the store has.

        Raises:
            MissingError: one is not here; nothing was destroyed.
        """

    def left(self, record: Record) -> list[str]:
        """Return where in this store the header of `record` still lies, in any version."""

    def adopt(self, entries: Iterable[Entry]) -> list[Refused]:
        """Take entries of a backup: those that are above what the store has. Nothing goes back."""
