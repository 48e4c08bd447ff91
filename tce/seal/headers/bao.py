"""A header store in OpenBao's KV engine, version 2: ``objects/<tag>``; ``ids/<id>`` finds one.

Each object has one KV entry that keeps one version: OpenBao itself removes the older header with
the write that puts the newer one, so that rotation needs no second request, and no moment has both
or neither. A removed version is gone from OpenBao, though not from a raft snapshot that was taken
before: whoever shreds names those too.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tce.keys.bao import errors as bao_errors
from tce.keys.bao import kv
from tce.keys.bao.client import Bao
from tce.seal.headers import entry as texts
from tce.seal.headers.errors import (
    ConflictError,
    DamagedError,
    DestroyedError,
    HeadersError,
    MissingError,
)
from tce.seal.headers.flow import flow
from tce.seal.headers.store import Change, Destroyed, Entry, Record, Refused, above, follows, mark

THREADS = 8
"""Requests at a time."""
_SEEN = 4096
"""Entries that are remembered at most."""
_VALUE = "entry"
_Allows = Callable[[Entry | None, Entry, int | None], bool]


@dataclass(frozen=True)
class _Found:
    """What lies at a path; `version` is KV's own count, 0 where there is nothing."""

    version: int
    entry: Entry | None


class BaoStore:
    """Implements `tce.seal.headers.store.HeaderStore` in an engine of OpenBao."""

    def __init__(self, bao: Bao, mount: str) -> None:
        self._bao = bao
        self._mount = mount
        self._seen: dict[str, _Found] = {}
        """What was read last, by tag: a write that relies on it is refused where it is outdated."""

    @property
    def where(self) -> str:
        """``bao://MOUNT``."""
        return f"bao://{self._mount}"

    def put(self, record: Record, after: int | None) -> None:
        """See `HeaderStore.put`."""
        self._put(record, after, follows)

    def put_all(self, changes: Iterable[Change]) -> list[Refused]:
        """See `HeaderStore.put_all`."""
        return self._put_all(((one.record, one.after) for one in changes), follows)

    def adopt(self, entries: Iterable[Entry]) -> list[Refused]:
        """See `HeaderStore.adopt`."""
        return self._put_all(((one, None) for one in entries), above)

    def current(self, name: str) -> Record:
        """See `HeaderStore.current`."""
        found = self.find(name)
        if found is None:
            raise MissingError(f"{self.where}: no header of {name}")
        if isinstance(found, Destroyed):
            raise DestroyedError(f"{name}: shredded at {found.destroyed} (order {found.order})")
        return found

    def latest(self, name: str) -> int | None:
        """See `HeaderStore.latest`."""
        found = self._at(texts.tag(name)).entry
        return found.version if found else None

    def names(self) -> list[str]:
        """See `HeaderStore.names`."""
        return sorted(one.name for one in self.entries() if isinstance(one, Record))

    def entries(self, damaged: list[Refused] | None = None) -> Iterator[Entry]:
        """See `HeaderStore.entries`."""

        def read(tag: str) -> Entry | None:
            try:
                return self._at(tag).entry
            except DamagedError as error:
                if damaged is None:
                    raise
                damaged.append(Refused(f"{self.where}/{_path(tag)}", error))
                return None

        for found in flow(read, kv.names(self._bao, self._mount, "objects"), THREADS):
            if found is not None:
                yield found

    def destroy(self, names: Sequence[str], when: datetime, order: str) -> list[Destroyed]:
        """See `HeaderStore.destroy`."""
        records = [self.current(name) for name in dict.fromkeys(names)]
        marks = []
        for one in records:
            tag = texts.tag(one.name)
            found = self._at(tag)
            if found.entry != one:
                raise ConflictError(f"{one.name}: somebody else put another version")
            marks.append(mark(one, when, order))
            version = self._write(found, marks[-1])
            # Entries that something else made may keep more than one version.
            left = [n for n in kv.versions(self._bao, self._mount, _path(tag)) if n != version]
            if left:
                kv.destroy(self._bao, self._mount, _path(tag), left)
        return marks

    def left(self, record: Record) -> list[str]:
        """See `HeaderStore.left`; every version that OpenBao still gives is read."""
        path = _path(texts.tag(record.name))
        needle = base64.b64encode(record.header).decode()
        return [
            f"{self.where}/{path} version {number}"
            for number in kv.versions(self._bao, self._mount, path)
            if needle in kv.get(self._bao, self._mount, path, number).data.get(_VALUE, "")
        ]

    def _put_all(
        self, wanted: Iterable[tuple[Entry, int | None]], allows: _Allows
    ) -> list[Refused]:
        def put(one: tuple[Entry, int | None]) -> Refused | None:
            try:
                self._put(*one, allows)
            except HeadersError as error:
                return Refused(one[0].name, error)
            return None

        return [refused for refused in flow(put, wanted, THREADS) if refused]

    def _put(self, new: Entry, after: int | None, allows: _Allows) -> None:
        tag = texts.tag(new.name)
        seen = self._seen.get(tag)
        if seen is None or seen.entry is None or seen.entry.version != after:
            seen = self._at(tag)
        if allows(seen.entry, new, after):
            self._write(seen, new)

    def _write(self, old: _Found, new: Entry) -> int:
        tag = texts.tag(new.name)
        if not old.version:
            self._keeps_one(tag)
        if old.entry is None or old.entry.id != new.id:
            # First: a link without its object is no harm, and is read as none.
            self._link(new.id, tag)
        said = {_VALUE: texts.write(new).decode()}
        try:
            version = kv.put(self._bao, self._mount, _path(tag), said, after=old.version)
        except bao_errors.ConflictError:
            self._seen.pop(tag, None)
            raise ConflictError(f"{new.name}: somebody else put another version") from None
        self._saw(tag, _Found(version, new))
        if old.entry is not None and old.entry.id != new.id:
            kv.forget(self._bao, self._mount, f"ids/{old.entry.id}")
        return version

    def _keeps_one(self, tag: str) -> None:
        """Whoever seals may create these settings and not change them: see whether they are."""
        path = f"{self._mount}/metadata/{_path(tag)}"
        try:
            self._bao.write(path, {"max_versions": 1, "cas_required": True})
        except bao_errors.DeniedError:
            try:
                said = self._bao.read(path)["data"]
            except bao_errors.MissingError:
                said = {}
            if said.get("max_versions") != 1:
                raise

    def _link(self, body: str, tag: str) -> None:
        """Made before by a run that was cut off, it is enough."""
        path = f"ids/{body}"
        try:
            kv.put(self._bao, self._mount, path, {"tag": tag}, after=0)
        except (bao_errors.ConflictError, bao_errors.DeniedError):
            try:
                found = kv.get(self._bao, self._mount, path).data.get("tag")
            except bao_errors.MissingError:
                found = None
            if found != tag:
                raise

    def find(self, name: str) -> Entry | None:
        """See `HeaderStore.find`."""
        found = self._at(texts.tag(name)).entry
        if found is None and texts.is_id(name):
            try:
                tag = kv.get(self._bao, self._mount, f"ids/{name}").data["tag"]
            except bao_errors.MissingError:
                return None
            found = self._at(tag).entry
            return found if found is not None and found.id == name else None
        return found

    def _at(self, tag: str) -> _Found:
        try:
            one = kv.get(self._bao, self._mount, _path(tag))
        except bao_errors.MissingError:
            found = _Found(0, None)
        else:
            found = _Found(
                one.version, texts.read(one.data.get(_VALUE, "").encode(), f"{self.where}/{tag}")
            )
        self._saw(tag, found)
        return found

    def _saw(self, tag: str, found: _Found) -> None:
        """Not of everything that there ever was."""
        if len(self._seen) > _SEEN:
            self._seen.clear()
        self._seen[tag] = found


def _path(tag: str) -> str:
    return f"objects/{tag}"
