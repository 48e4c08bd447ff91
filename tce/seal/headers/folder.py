"""A header store in a folder: one file per object, replaced by renaming.

::

    tutela-headers.json     schema
    objects/<tag>.json      one entry; the tag is SHA-256 of the object's name
    ids/<id>                link to the object whose body that is
    new/                    what is being written; whatever lies here after a crash counts nothing

A record is written and flushed beside the old one, then renamed over it, then the folder is
flushed: after a crash an object has exactly the old or the new record. Writers exclude each other
by a lock that ends with their process (flock).

What was replaced is unlinked, not overwritten: file systems and flash keep blocks, so that such a
folder belongs on an encrypted volume (as `tutela tce render` lays it out) and only there is a
destroyed header gone for whoever has the disk.
"""

import base64
import errno
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from tce.seal.headers import entry as texts
from tce.seal.headers.errors import DamagedError, DestroyedError, HeadersError, MissingError
from tce.seal.headers.store import Change, Destroyed, Entry, Record, Refused, above, follows, mark

SCHEMA = "tutela/headers/v1"
MARK = "tutela-headers.json"
_BATCH = 512
"""Records that are flushed together, before the folder is."""
_WRITERS = 8
"""Threads that wait for the disk; file systems flush what several wait for at once."""

_Allows = Callable[[Entry | None, Entry, int | None], bool]


def create(folder: Path) -> "FolderStore":
    """Make an empty store; a folder that is one already is opened.

    Raises:
        HeadersError: the folder has something else in it, or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / MARK).exists():
            if any(folder.iterdir()):
                raise HeadersError(f"{folder}: neither empty nor a header store")
            for inner in ("objects", "ids", "new"):
                (folder / inner).mkdir(mode=0o700)
            _write(folder / MARK, json.dumps({"schema": SCHEMA}).encode() + b"\n")
            _flush(folder)
    except OSError as error:
        raise HeadersError(f"{folder}: {error.strerror}") from error
    return FolderStore(folder)


class FolderStore:
    """Implements `tce.seal.headers.store.HeaderStore` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects = folder / "objects"
        self._ids = folder / "ids"
        self._new = folder / "new"
        try:
            said = json.loads((folder / MARK).read_bytes())
        except (OSError, ValueError) as error:
            raise HeadersError(f"{folder}: not a header store") from error
        if not isinstance(said, dict) or said.get("schema") != SCHEMA:
            raise HeadersError(f"{folder}: not a header store of {SCHEMA}")

    @property
    def where(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(self, record: Record, after: int | None) -> None:
        """See `HeaderStore.put`."""
        for refused in self.put_all([Change(record, after)]):
            raise refused.error

    def put_all(self, changes: Iterable[Change]) -> list[Refused]:
        """See `HeaderStore.put_all`."""
        return self._replace(((one.record, one.after) for one in changes), follows)

    def adopt(self, entries: Iterable[Entry]) -> list[Refused]:
        """See `HeaderStore.adopt`."""
        return self._replace(((one, None) for one in entries), above)

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
        found = self._at(texts.tag(name))
        return found.version if found else None

    def names(self) -> list[str]:
        """See `HeaderStore.names`."""
        return sorted(one.name for one in self.entries() if isinstance(one, Record))

    def entries(self, damaged: list[Refused] | None = None) -> Iterator[Entry]:
        """See `HeaderStore.entries`."""
        for file in self._files():
            try:
                found = self._read(file)
            except DamagedError as error:
                if damaged is None:
                    raise
                damaged.append(Refused(str(file), error))
                continue
            yield found

    def destroy(self, names: Sequence[str], when: datetime, order: str) -> list[Destroyed]:
        """See `HeaderStore.destroy`."""
        with self._locked():
            found = [self.current(name) for name in dict.fromkeys(names)]
            marks = [mark(one, when, order) for one in found]
            self._exchange([_Exchange(*pair) for pair in zip(found, marks, strict=True)])
        return marks

    def left(self, record: Record) -> list[str]:
        """See `HeaderStore.left`; every file is searched, whatever its name."""
        needle = base64.b64encode(record.header)
        try:
            files = sorted(
                one for one in self._folder.rglob("*") if one.is_file() and not one.is_symlink()
            )
            return [str(one) for one in files if needle in one.read_bytes()]
        except OSError as error:
            raise HeadersError(f"{self.where}: {error.strerror}") from error

    def _replace(
        self, wanted: Iterable[tuple[Entry, int | None]], allows: _Allows
    ) -> list[Refused]:
        """While one batch waits for the disk, the next one is made."""
        refused: list[Refused] = []
        left = iter(wanted)
        with ThreadPoolExecutor(_WRITERS) as pool, ThreadPoolExecutor(1) as writer:
            before: Future[list[Refused]] | None = None
            while batch := list(islice(left, _BATCH)):
                if before is not None:
                    refused += before.result()
                before = writer.submit(self._batch, batch, allows, pool)
            if before is not None:
                refused += before.result()
        return refused

    def _batch(
        self,
        batch: list[tuple[Entry, int | None]],
        allows: _Allows,
        pool: ThreadPoolExecutor,
    ) -> list[Refused]:
        with self._locked():
            taken, refused = self._taken(batch, allows)
            self._exchange(taken, pool)
        return refused

    def _taken(
        self, batch: list[tuple[Entry, int | None]], allows: _Allows
    ) -> tuple[list["_Exchange"], list[Refused]]:
        """What of a batch is written; an object is not changed twice."""
        taken: dict[str, _Exchange] = {}
        refused = []
        for new, after in batch:
            try:
                if new.name in taken:
                    raise HeadersError(f"{new.name}: twice among the changes")
                old = self._at(texts.tag(new.name))
                if allows(old, new, after):
                    self._free(old, new)
                    taken[new.name] = _Exchange(old, new)
            except HeadersError as error:
                refused.append(Refused(new.name, error))
        return list(taken.values()), refused

    def _exchange(self, wanted: list["_Exchange"], pool: ThreadPoolExecutor | None = None) -> None:
        """Links first: one without its object is no harm, and is read as none."""
        # A call for each file would take as long as writing it.
        shares = [wanted[first::_WRITERS] for first in range(_WRITERS)]
        tags = [tag for some in (pool.map if pool else map)(self._written, shares) for tag in some]
        for one in wanted:
            if one.old is None or one.old.id != one.new.id:
                self._link(one.new.id, texts.tag(one.new.name))
        _flush(self._ids)
        for tag in tags:
            os.rename(f"{self._new}/{tag}", f"{self._objects}/{tag}.json")
        _flush(self._objects)
        for one in wanted:
            if one.old is not None and one.old.id != one.new.id:
                (self._ids / one.old.id).unlink(missing_ok=True)

    def _written(self, some: list["_Exchange"]) -> list[str]:
        """The files, flushed, under names that count nothing."""
        tags = [texts.tag(one.new.name) for one in some]
        for tag, one in zip(tags, some, strict=True):
            _write(f"{self._new}/{tag}", texts.write(one.new))
        return tags

    def _free(self, old: Entry | None, new: Entry) -> None:
        link = self._ids / new.id
        if (old is None or old.id != new.id) and link.exists():
            whose = self._read(link)
            if whose.id == new.id and whose.name != new.name:
                raise HeadersError(f"{new.name}: {new.id} is the body of {whose.name}")

    def _link(self, one: str, tag: str) -> None:
        link = self._ids / one
        link.unlink(missing_ok=True)
        link.symlink_to(f"../objects/{tag}.json")

    def find(self, name: str) -> Entry | None:
        """See `HeaderStore.find`."""
        found = self._at(texts.tag(name))
        if found is None and texts.is_id(name):
            link = self._ids / name
            if link.exists():
                linked = self._read(link)
                if linked.id == name:
                    return linked
            return next((one for one in self.entries() if one.id == name), None)
        return found

    def _at(self, tag: str) -> Entry | None:
        return self._found(self._objects / f"{tag}.json")

    def _files(self) -> list[Path]:
        try:
            return [one for one in sorted(self._objects.iterdir()) if one.suffix == ".json"]
        except OSError as error:
            raise HeadersError(f"{self._objects}: {error.strerror}") from error

    def _read(self, file: Path) -> Entry:
        found = self._found(file)
        if found is None:
            raise HeadersError(f"{file}: {os.strerror(errno.ENOENT)}")
        return found

    def _found(self, file: Path) -> Entry | None:
        try:
            text = _bytes(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HeadersError(f"{file}: {error.strerror}") from error
        if text is None:
            raise DamagedError(f"{file}: no regular file")
        found = texts.read(text, str(file))
        if file.parent == self._objects and file.stem != texts.tag(found.name):
            raise DamagedError(f"{file}: the record of another object ({found.name})")
        return found

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone, and with nothing left over of a writer that was ended."""
        try:
            lock = os.open(self._folder / MARK, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                for left in self._new.iterdir():
                    left.unlink()
                yield
            finally:
                os.close(lock)
        except OSError as error:
            raise HeadersError(f"{self.where}: {error.strerror}") from error


@dataclass(frozen=True)
class _Exchange:
    old: Entry | None
    new: Entry


def _bytes(file: Path) -> bytes | None:
    """Of a regular file; a pipe that somebody put here would wait for a writer."""
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        state = os.fstat(handle)
        return os.read(handle, state.st_size + 1) if stat.S_ISREG(state.st_mode) else None
    finally:
        os.close(handle)


def _write(file: Path | str, text: bytes) -> None:
    """Write a new file that only its owner reads, through to the disk."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        while text:
            text = text[os.write(handle, text) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
