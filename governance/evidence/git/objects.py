"""The objects of a repository: loose, packed, and of the repositories that it borrows from.

dulwich parses the formats (`load_pack_index_file`, `unpack_object`, `apply_delta`); files are
opened here, because a repository can hold a pipe for a file, and sizes are bounded here, because
an object can say that it unpacks to terabytes. Each object is checked against its name, so that
a borrowed folder can provide nothing but what the repository's own commits ask for.

Sources: Git's `Documentation/gitformat-pack.txt`, `gitrepository-layout.txt` (alternates).
"""

import os
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from dulwich.object_format import SHA1, SHA256
from dulwich.objects import RawObjectID, object_header
from dulwich.pack import PackIndex, apply_delta, load_pack_index_file, unpack_object

from governance.evidence.git.plain import open_plain, read_if_there, read_plain

COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
_OFS_DELTA, _REF_DELTA = 6, 7
_TYPES = {b"commit": COMMIT, b"tree": TREE, b"blob": BLOB, b"tag": TAG}

MOST_INDEX = 1 << 30
"""Bytes of all indexes of packs together: some 30 million objects."""
MOST_PACKS = 10_000
MOST_OPEN = 32
"""Packs whose files are open at a time."""
MOST_ALTERNATES = 16
DEEPEST_ALTERNATE = 5
"""As deep as Git itself follows them."""
LONGEST_CHAIN = 4_096
"""Deltas on deltas; Git writes at most 4,095."""
CACHE = 64 << 20
"""Bytes of unpacked bases that are kept, so that a chain is not unpacked again and again."""


_Of = ParamSpec("_Of")
_Result = TypeVar("_Result")


class ObjectError(Exception):
    """One object cannot be had; the others can. The message is for a report."""


class MissingObjectError(ObjectError):
    """It is not there: a partial clone, a cut history, or a damaged repository."""


def parsed(parse: Callable[_Of, _Result], *args: _Of.args, **kwargs: _Of.kwargs) -> _Result:
    """Call a parser of dulwich's, which asserts, and slips on what it did not expect.

    Raises:
        ObjectError: the data are damaged.
    """
    try:
        return parse(*args, **kwargs)
    except (ObjectError, OSError, MemoryError):
        raise
    except Exception as error:
        raise ObjectError(f"the data are damaged ({type(error).__name__})") from error


@dataclass
class _Pack:
    path: Path
    """Without its ending."""
    index: PackIndex
    data: int = -1
    """File descriptor; opened when something is first read."""
    bases: "OrderedDict[int, tuple[int, bytes]]" = field(default_factory=OrderedDict)

    def close_data(self) -> None:
        if self.data >= 0:
            os.close(self.data)
            self.data = -1


class Objects:
    """Reads objects by name. Not thread-safe."""

    def __init__(self, folder: Path, oid_length: int, problem: Callable[[str], None]) -> None:
        """`oid_length`: bytes of a name, 20 or 32. `problem` is told of packs that are damaged."""
        self._format = SHA256 if oid_length == SHA256.oid_length else SHA1
        self._problem = problem
        self._folders: list[Path] = []
        self._packs: OrderedDict[Path, _Pack] = OrderedDict()
        self._open: OrderedDict[Path, _Pack] = OrderedDict()
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
            self._problem(f"objects/info/alternates cannot be read: {_reason(error)}")
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
                self._problem(f"a folder of packs cannot be listed: {_reason(error)}")
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
            self._problem(f"the index of {path.name} cannot be read: {_reason(error)}")
            return False
        self._packs[path] = _Pack(path, index)
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
        hasher = self._format.hash_func()
        hasher.update(object_header(kind, len(data)))
        hasher.update(data)
        if hasher.digest() != name:
            raise ObjectError(f"object {oid[:12]} is damaged: it is not what its name says")
        return kind, data

    def _find(self, oid: str, name: bytes, most: int) -> tuple[int, bytes] | None:
        trouble: ObjectError | None = None
        for pack in list(self._packs.values()):
            try:
                offset = _offset(pack, name)
                if offset is not None:
                    self._packs.move_to_end(pack.path, last=False)  # The next is near it.
                    return self._unpack(pack, offset, most)
            except FileNotFoundError:
                self._forget(pack)
            except ObjectError as problem:
                trouble = problem  # Another pack may hold it whole.
            except OSError as error:
                trouble = ObjectError(f"object {oid[:12]} cannot be read: {_reason(error)}")
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

    def _unpack(self, pack: _Pack, start: int, most: int) -> tuple[int, bytes]:
        """Unpack what lies at `start`: a chain of deltas, read down to its base and put up."""
        self._open_data(pack)
        deltas: list[tuple[int, list[bytes]]] = []
        offset = start
        while True:
            cached = pack.bases.get(offset)
            if cached is not None:
                kind, data = cached
                break
            _check_size(pack.data, offset, most)
            reader = _At(pack.data, offset)
            hasher = self._format.hash_func
            unpacked, _ = parsed(
                unpack_object, reader.read, hasher, reader.read_some, zlib_bufsize=_READ
            )
            chunks = list(unpacked.decomp_chunks)
            if unpacked.pack_type_num not in (_OFS_DELTA, _REF_DELTA):
                kind, data = unpacked.pack_type_num, b"".join(chunks)
                break
            delta = b"".join(chunks)
            if _target_size(delta) > most:
                raise ObjectError(f"an object is larger than {most} bytes")
            deltas.append((offset, [delta]))
            if len(deltas) > LONGEST_CHAIN:
                raise ObjectError("a chain of deltas has no end")
            offset = _base(pack, offset, unpacked.delta_base)
        if kind not in (COMMIT, TREE, BLOB, TAG):
            raise ObjectError(f"an object is of no known type ({kind})")
        self._keep(pack, offset, kind, data)
        for at, pieces in reversed(deltas):
            data = b"".join(parsed(apply_delta, data, pieces))
            self._keep(pack, at, kind, data)
        if len(data) > most:
            raise ObjectError(f"an object is larger than {most} bytes")
        return kind, data

    def _open_data(self, pack: _Pack) -> None:
        if pack.data < 0:
            while len(self._open) >= MOST_OPEN:
                self._open.popitem(last=False)[1].close_data()
            pack.data = open_plain(pack.path.with_name(f"{pack.path.name}.pack"))
        self._open[pack.path] = pack
        self._open.move_to_end(pack.path)

    def _forget(self, pack: _Pack) -> None:
        """A pack that Git replaced meanwhile."""
        self._open.pop(pack.path, None)
        self._cached -= sum(len(data) for _, data in pack.bases.values())
        pack.close_data()
        pack.index.close()
        del self._packs[pack.path]

    def _keep(self, pack: _Pack, offset: int, kind: int, data: bytes) -> None:
        if offset in pack.bases or len(data) > CACHE // 8:
            return
        pack.bases[offset] = (kind, data)
        self._cached += len(data)
        while self._cached > CACHE:
            full = next((one for one in self._packs.values() if one.bases), pack)
            _, (_, oldest) = full.bases.popitem(last=False)
            self._cached -= len(oldest)

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


_READ = 4_096


class _At:
    """Reads a file from an offset on; a file that shrinks meanwhile ends, and kills nobody."""

    def __init__(self, descriptor: int, offset: int) -> None:
        self._descriptor = descriptor
        self._offset = offset

    def read(self, count: int) -> bytes:
        data = self.read_some(count)
        if len(data) < count:
            raise ObjectError("a pack is cut short")
        return data

    def read_some(self, count: int) -> bytes:
        data = os.pread(self._descriptor, count, self._offset)
        self._offset += len(data)
        return data


def _check_size(descriptor: int, offset: int, most: int) -> None:
    """Refuse what says that it unpacks to more than `most` bytes, before it does."""
    head = os.pread(descriptor, 16, offset)
    if not head:
        raise ObjectError("a pack is cut short")
    size, shift = head[0] & 0x0F, 4
    for before, byte in pairwise(head):
        if not before & 0x80:
            break
        size |= (byte & 0x7F) << shift
        shift += 7
    if size > most:
        raise ObjectError(f"an object is larger than {most} bytes")


def _target_size(delta: bytes) -> int:
    """How long the result of a delta says it is: the second number at its start."""
    at, size = 0, 0
    for _ in range(2):
        size, shift = 0, 0
        while True:
            if at >= len(delta) or shift > 63:
                raise ObjectError("a delta is damaged")
            byte = delta[at]
            size |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if not byte & 0x80:
                break
    return size


def _base(pack: _Pack, offset: int, base: object) -> int:
    if isinstance(base, int):
        found = offset - base
    elif isinstance(base, bytes):
        at = _offset(pack, base)
        if at is None:
            raise ObjectError("a delta's base is not in its pack")
        found = at
    else:
        raise ObjectError("a delta has no base")
    if found < 12:
        raise ObjectError("a delta's base lies outside of its pack")
    return found


def _offset(pack: _Pack, name: bytes) -> int | None:
    return parsed(_looked_up, pack.index, name)


def _looked_up(index: PackIndex, name: bytes) -> int | None:
    try:
        return index.object_offset(RawObjectID(name))
    except KeyError:
        return None


def _loose(path: Path, most: int) -> tuple[int, bytes] | None:
    try:
        raw = read_if_there(path, most + most // 100 + 4096)
    except OSError as error:
        raise ObjectError(f"an object cannot be read: {_reason(error)}") from error
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


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:200] or type(error).__name__
