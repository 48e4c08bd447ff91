"""The objects of a repository: loose, packed, and of the repositories that it borrows from.

dulwich parses the formats (`load_pack_index_file`, `unpack_object`, `apply_delta`); files are
opened here, because a repository can hold a pipe for a file, and sizes are bounded here, because
an object can say that it unpacks to terabytes. Each object is checked against its name, so that
a borrowed folder can provide nothing but what the repository's own commits ask for.

Sources: Git's `Documentation/gitformat-pack.txt`, `gitrepository-layout.txt` (alternates).
"""

import os
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

from dulwich.object_format import SHA1, SHA256
from dulwich.objects import object_header
from dulwich.pack import load_pack_index_file

from blueprints.formats.git.errors import MissingObjectError, ObjectError, parsed, reason
from blueprints.formats.git.packs import BLOB, COMMIT, TAG, TREE, Pack
from blueprints.formats.git.plain import read_if_there, read_plain, walk_plain

_HEX = re.compile(r"[0-9a-f]+")
_LOOSE_DEPTH = 8
_MOST_LOOSE = 20_000_000
_TYPES = {b"commit": COMMIT, b"tree": TREE, b"blob": BLOB, b"tag": TAG}

MOST_INDEX = 1 << 30
"""Bytes of all indexes of packs together: some 30 million objects."""
MOST_PACKS = 10_000
MOST_OPEN = 32
"""Packs whose files are open at a time."""
MOST_ALTERNATES = 16
DEEPEST_ALTERNATE = 5
"""As deep as Git itself follows them."""
CACHE = 64 << 20
"""Bytes of unpacked bases that are kept, so that a chain is not unpacked again and again."""


class Objects:
    """Reads objects by name. Not thread-safe."""

    def __init__(self, folder: Path, oid_length: int, problem: Callable[[str], None]) -> None:
        """`oid_length`: bytes of a name, 20 or 32. `problem` is told of packs that are damaged."""
        self._format = SHA256 if oid_length == SHA256.oid_length else SHA1
        self._problem = problem
        self._folders: list[Path] = []
        self._packs: OrderedDict[Path, Pack] = OrderedDict()
        self._open: OrderedDict[Path, Pack] = OrderedDict()
        self._bad_packs: set[Path] = set()
        self._cached = 0
        self._indexed = 0
        self.partial = False
        """Some packs are of a partial clone: what they name need not be there."""
        self._borrow(folder)
        self._look_for_packs()

    def _borrow(self, folder: Path, depth: int = 0) -> None:
        """Add a folder of objects and those that it borrows from (`info/alternates`)."""
        self._folders.append(folder)
        try:
            text = read_if_there(folder / "info" / "alternates", 1 << 20) or b""
        except OSError as error:
            self._problem(f"objects/info/alternates cannot be read: {reason(error)}")
            return
        for line in text.split(b"\n"):
            if not line or line.startswith(b"#") or b"\0" in line:
                continue
            path = Path(os.path.normpath(folder / os.fsdecode(line)))
            if path in self._folders:
                continue
            if depth >= DEEPEST_ALTERNATE or len(self._folders) > MOST_ALTERNATES:
                self._problem("it borrows objects from more repositories than can be followed")
                return
            self._borrow(path, depth + 1)

    def _look_for_packs(self) -> bool:
        """Open the indexes of packs that were not there before; say whether there were any."""
        new = False
        for folder in self._folders:
            try:
                names = sorted(os.listdir(folder / "pack"))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._problem(f"a folder of packs cannot be listed: {reason(error)}")
                continue
            there = set(names)
            self.partial = self.partial or any(name.endswith(".promisor") for name in names)
            for name in names:
                base = name.removesuffix(".idx")
                path = folder / "pack" / base
                if base == name or f"{base}.pack" not in there:
                    continue
                if path in self._packs or path in self._bad_packs:
                    continue
                if len(self._packs) >= MOST_PACKS:
                    self._problem(f"it has more than {MOST_PACKS} packs")
                    return new
                new = self._open_pack(path) or new
        return new

    def _open_pack(self, path: Path) -> bool:
        try:
            data = read_plain(path.with_name(path.name + ".idx"), MOST_INDEX - self._indexed)
            with BytesIO(data) as stream:
                index = parsed(load_pack_index_file, str(path), stream, self._format)
        except FileNotFoundError:
            return False  # Git replaced it just now.
        except (OSError, ObjectError) as error:
            self._bad_packs.add(path)
            self._problem(f"the index of {path.name} cannot be read: {reason(error)}")
            return False
        self._packs[path] = Pack(path, index, self._format.hash_func)
        self._indexed += len(data)
        return True

    def get(self, oid: str, most: int) -> tuple[int, bytes]:
        """Return the type and the bytes of an object, which hash to its name.

        Raises:
            MissingObjectError: it is nowhere.
            ObjectError: it is damaged, or larger than `most` bytes.
        """
        name = bytes.fromhex(oid)
        found = self._find(oid, name, most)
        if found is None and self._look_for_packs():
            found = self._find(oid, name, most)  # Git repacked since.
        if found is None:
            raise MissingObjectError(
                f"object {oid[:12]} is not there" + (" (a partial clone)" if self.partial else "")
            )
        kind, data = found
        if self.name_of(kind, data) != name:
            raise ObjectError(f"object {oid[:12]} is damaged: it is not what its name says")
        return kind, data

    def name_of(self, kind: int, data: bytes) -> bytes:
        """Return the name of an object with this type and these bytes."""
        hasher = self._format.hash_func()
        hasher.update(object_header(kind, len(data)))
        hasher.update(data)
        return hasher.digest()

    def _find(self, oid: str, name: bytes, most: int) -> tuple[int, bytes] | None:
        trouble: ObjectError | None = None
        for pack in list(self._packs.values()):
            try:
                offset = pack.offset(name)
                if offset is not None:
                    self._packs.move_to_end(pack.path, last=False)  # The next is near it.
                    self._open_data(pack)
                    return pack.unpack(offset, most, self._kept)
            except FileNotFoundError:
                self._forget(pack)
            except ObjectError as problem:
                trouble = problem  # Another pack may hold it whole.
            except OSError as error:
                trouble = ObjectError(f"object {oid[:12]} cannot be read: {reason(error)}")
        for folder in self._folders:
            try:
                data = _loose(folder / oid[:2] / oid[2:], most)
            except ObjectError as problem:
                trouble = problem
                continue
            if data is not None:
                return data
        if trouble is not None:
            raise trouble
        return None

    def _open_data(self, pack: Pack) -> None:
        if pack.data < 0:
            while len(self._open) >= MOST_OPEN:
                self._open.popitem(last=False)[1].close_data()
            pack.open_data()
        self._open[pack.path] = pack
        self._open.move_to_end(pack.path)

    def _forget(self, pack: Pack) -> None:
        """A pack that Git replaced meanwhile."""
        self._open.pop(pack.path, None)
        while pack.bases:
            self._cached -= pack.drop_oldest()
        pack.close_data()
        pack.index.close()
        del self._packs[pack.path]

    def _kept(self, size: int) -> None:
        """Make room for what a pack has just kept."""
        self._cached += size
        if self._cached <= CACHE:
            return
        for pack in self._packs.values():
            while pack.bases and self._cached > CACHE:
                self._cached -= pack.drop_oldest()

    def names(self) -> Iterator[str]:
        """Yield the name of every object that is there, also of one that nothing reaches.

        An object that lies there twice may be yielded twice. `problem` is told of what cannot be
        listed.
        """
        for pack in list(self._packs.values()):
            try:
                for entry in parsed(lambda index: list(index.iterentries()), pack.index):
                    yield entry[0].hex()
            except ObjectError as trouble:
                self._problem(f"the index of {pack.path.name} cannot be read: {trouble}")
        for folder in self._folders:
            try:
                for within, _ in walk_plain(folder, _LOOSE_DEPTH, _MOST_LOOSE):
                    name = within.replace("/", "", 1)
                    if len(name) == 2 * self._format.oid_length and _HEX.fullmatch(name):
                        yield name
            except OSError as trouble:
                self._problem(f"a folder of objects cannot be listed: {reason(trouble)}")

    def close(self) -> None:
        """Close all files."""
        for pack in list(self._packs.values()):
            self._forget(pack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _loose(path: Path, most: int) -> tuple[int, bytes] | None:
    try:
        raw = read_if_there(path, most + most // 100 + 4096)
    except OSError as error:
        raise ObjectError(f"an object cannot be read: {reason(error)}") from error
    if raw is None:
        return None
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(raw, most + 64)
    except zlib.error as error:
        raise ObjectError(f"object {path.parent.name}{path.name[:10]} is damaged") from error
    head, separator, body = data.partition(b"\0")
    kind, _, size = head.partition(b" ")
    if not separator or kind not in _TYPES or not size.isdigit() or len(size) > 20:
        raise ObjectError(f"object {path.parent.name}{path.name[:10]} is damaged")
    if int(size) > most:
        raise ObjectError(f"an object is larger than {most} bytes")
    if len(body) != int(size):
        raise ObjectError(f"object {path.parent.name}{path.name[:10]} is damaged")
    return _TYPES[kind], body
