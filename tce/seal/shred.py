"""`tutela tce shred`: the headers of objects are destroyed, here and in the backups that are named.

Without its header nobody has the file key of a body, whichever identities they have: every copy of
the body, wherever it lies, is noise. That is so as far as every copy of the header is reached; what
is out of reach is said.
"""

import hashlib
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tce.age.stanza import Random
from tce.keys import desk as desks
from tce.keys.bao.client import Bao
from tce.keys.ceremony.ceremony import Ceremony
from tce.keys.desk import Desk, hold
from tce.keys.errors import RefusedError
from tce.keys.orders import order as orders
from tce.seal.errors import SealError
from tce.seal.headers import archive
from tce.seal.headers.archive import Archive
from tce.seal.headers.entry import tag
from tce.seal.headers.errors import DestroyedError
from tce.seal.headers.named import named
from tce.seal.headers.store import Destroyed, Entry, HeaderStore, Record

VERB = "shred"
LEFT = (
    "backups that were not named, and snapshots of OpenBao or of disks from before, still hold "
    "these headers: until they are destroyed, whoever has one and an identity opens the bodies",
    "whoever took a header, a file key or a plain copy before keeps it",
    "bodies lie where they lay, and are noise",
)


@dataclass(frozen=True)
class Shredded:
    """What was destroyed, how that was seen, and what is out of reach."""

    where: str
    destroyed: tuple[Destroyed, ...]
    backups: tuple[tuple[Path, int], ...]
    """Those that were named, and how many of the objects were struck from each."""
    record: str
    """Of the ceremony."""
    left: tuple[str, ...] = LEFT

    def __str__(self) -> str:
        lines = [
            f"{one.name} (body {one.id}, version {one.version}): its header is destroyed"
            for one in self.destroyed
        ]
        lines.append(f"looked for in {self.where}, in every version: gone")
        lines += [f"looked for in {file}: {number} struck, gone" for file, number in self.backups]
        if not self.backups:
            lines.append("no backup was named (--backup FILE)")
        lines += [f"left: {one}" for one in self.left]
        return "\n".join([*lines, f"recorded: {self.record}"])

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/shred/v1``."""
        return {
            "schema": "tutela/shred/v1",
            "where": self.where,
            "destroyed": [
                {"name": one.name, "id": one.id, "version": one.version} for one in self.destroyed
            ],
            "backups": [{"file": str(file), "struck": number} for file, number in self.backups],
            "left": list(self.left),
            "record": self.record,
        }


def target(entries: Sequence[Entry]) -> str:
    """Return what an order calls these objects: ids of bodies, as records are public and names not.

    An object that is sealed anew has another id: an order is of what officers saw.
    """
    ids = sorted(one.id for one in entries)
    if len(ids) == 1:
        return ids[0]
    return f"{len(ids)} objects sha256:{hashlib.sha256(' '.join(ids).encode()).hexdigest()}"


def shred(
    desk: Desk,
    store: HeaderStore,
    names: Sequence[str],
    backups: Sequence[Path],
    order: Path | None,
    keys: Sequence[str],
    bao: Bao | None,
) -> Shredded:
    """Destroy headers under an order of two officers, look for what is left, and write it down.

    Args:
        desk: the environment whose officers approve.
        store: where the headers lie.
        names: as `tce.seal.headers.named`.
        backups: that are known; each loses these objects too.
        order: of :func:`target`.
        keys: who signs the record; none: the environment's evidence key.
        bao: what remembers that the order was carried out; None: the records alone.

    Raises:
        RefusedError: no order, too few approvals, one of something else.
        HeadersError: the store or a backup cannot be read or written.
        SealError: a header is found afterwards.
    """
    entries = _meant(store, names, order)
    opened = [archive.read(file, []) for file in backups]
    signers = desk.signers(keys)
    with hold(desk, VERB, target(entries), order, signers, bao) as ceremony:
        if ceremony.approved is None:
            raise RefusedError("nothing is shredded without an order")
        marks = _destroy(store, entries, desk.now, ceremony.approved.order.digest, ceremony)
        _look(store, entries, ceremony)
        struck = tuple((one.file, _strike(one, marks, desk.random, ceremony)) for one in opened)
        ceremony.public["destroyed"] = ", ".join(
            f"{one.id} version {one.version}" for one in marks[:100]
        )
        ceremony.public["objects"] = str(len(marks))
        for one in LEFT:
            ceremony.step("left", one)
    return Shredded(store.where, tuple(marks), struck, ceremony.id)


def _meant(store: HeaderStore, names: Sequence[str], order: Path | None) -> list[Entry]:
    """What `names` name; of a folder not what another order has destroyed before."""
    digest = orders.read(desks.read(order)).digest if order else None
    found = named(store, names, places=False)
    folders = tuple(one for one in names if one.endswith("/"))
    said = set(names)
    meant = [
        one
        for one in found
        if isinstance(one, Record)
        or one.order == digest
        or {one.name, one.id} & said
        or not one.name.startswith(folders)
    ]
    if not meant:
        raise DestroyedError(f"everything of {', '.join(names)} was shredded before")
    return meant


def _destroy(
    store: HeaderStore, entries: Sequence[Entry], now: datetime, digest: str, ceremony: Ceremony
) -> list[Destroyed]:
    before = [one for one in entries if isinstance(one, Destroyed)]
    foreign = [one for one in before if one.order != digest]
    if foreign:
        raise SealError(f"{foreign[0].id}: shredded at {foreign[0].destroyed} by another order")
    records = [one for one in entries if isinstance(one, Record)]
    marks = store.destroy([one.name for one in records], now, digest)
    for one in before:
        ceremony.step(f"header of {one.id}, version {one.version}", "was destroyed by this order")
    for one in marks:
        ceremony.step(f"header of {one.id}, version {one.version}", "destroyed")
    return [*before, *marks]


def _look(store: HeaderStore, entries: Sequence[Entry], ceremony: Ceremony) -> None:
    for one in entries:
        places = store.left(one) if isinstance(one, Record) else []
        if places or not isinstance(store.find(one.name), Destroyed):
            where = ", ".join(places) or store.where
            raise SealError(f"the header of {one.id} is still there: {where}")
    ceremony.step(f"{store.where} asked for the headers again, in every version", "gone")


def _strike(opened: Archive, marks: Sequence[Destroyed], random: Random, ceremony: Ceremony) -> int:
    tags = {one.tag for one in opened.listed} & {tag(one.name) for one in marks}
    before = [opened.raw(one) for one in sorted(tags)]
    names = archive.strike(opened, marks, random)
    for raw in before:
        if _contains(opened.file, raw):
            raise SealError(f"{opened.file}: a header is still in it")
    ceremony.step(
        f"backup of {opened.said.made}: looked for {len(marks)} headers",
        f"{len(names)} were in it and are gone",
    )
    return len(names)


def _contains(file: Path, raw: bytes) -> bool:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(raw) >= 0
