import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dulwich.objects import Blob
from dulwich.pack import write_pack_index

from governance.evidence.git.objects import BLOB, MissingObjectError, ObjectError, Objects
from tests.labs.git_lab import GitFolder

MOST = 1 << 20


@contextmanager
def _objects(folder: Path) -> Iterator[tuple[Objects, list[str]]]:
    said: list[str] = []
    with Objects(folder, 20, said.append) as objects:
        yield objects, said


def _loose(folder: Path, data: bytes) -> str:
    raw = b"blob %d\0" % len(data) + data
    oid = hashlib.sha1(raw).hexdigest()
    (folder / oid[:2]).mkdir(parents=True, exist_ok=True)
    (folder / oid[:2] / oid[2:]).write_bytes(zlib.compress(raw, 9))
    return oid


def _header(kind: int, size: int) -> bytes:
    first, size = (kind << 4) | (size & 15), size >> 4
    out = []
    while size:
        out.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    return bytes([*out, first])


def _pack(folder: Path, entries: list[tuple[str, bytes]]) -> None:
    """Write a pack of raw entries with these names."""
    data = b"PACK" + struct.pack(">LL", 2, len(entries))
    offsets = []
    for oid, entry in entries:
        offsets.append((bytes.fromhex(oid), len(data), 0))
        data += entry
    data += hashlib.sha1(data).digest()
    (folder / "pack").mkdir(parents=True)
    (folder / "pack" / "pack-x.pack").write_bytes(data)
    with (folder / "pack" / "pack-x.idx").open("wb") as stream:
        write_pack_index(stream, sorted(offsets), data[-20:], version=2)


def _name(data: bytes) -> str:
    return Blob.from_string(data).id.decode()


def _number(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def test_reads_a_loose_object_up_to_its_limit(tmp_path: Path) -> None:
    oid = _loose(tmp_path, b"x" * 1000)
    with _objects(tmp_path) as (objects, _):
        assert objects.get(oid, 1000) == (BLOB, b"x" * 1000)
        with pytest.raises(ObjectError, match="larger than 999 bytes"):
            objects.get(oid, 999)
        with pytest.raises(MissingObjectError, match="object 111111111111 is not there"):
            objects.get("1" * 40, MOST)


def test_what_is_not_what_its_name_says_is_damaged(tmp_path: Path) -> None:
    oid = _loose(tmp_path, b"x")
    other = "2" + oid[1:]
    (tmp_path / other[:2]).mkdir()
    (tmp_path / oid[:2] / oid[2:]).rename(tmp_path / other[:2] / other[2:])
    with _objects(tmp_path) as (objects, _), pytest.raises(ObjectError, match="what its name says"):
        objects.get(other, MOST)


def test_a_loose_object_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "aa").mkdir()
    bomb = zlib.compressobj()
    chunks = [bomb.compress(b"blob 64000000\0")]
    chunks += [bomb.compress(bytes(1 << 20)) for _ in range(64)]
    (tmp_path / "aa" / ("a" * 38)).write_bytes(b"".join(chunks) + bomb.flush())
    with _objects(tmp_path) as (objects, _), pytest.raises(ObjectError, match="larger than"):
        objects.get("a" * 40, MOST)


def test_a_packed_object_says_its_size_before_it_is_unpacked(tmp_path: Path) -> None:
    data = bytes(8 << 20)
    _pack(tmp_path, [("a" * 40, _header(3, len(data)) + zlib.compress(data, 9))])
    with _objects(tmp_path) as (objects, _), pytest.raises(ObjectError, match="larger than"):
        objects.get("a" * 40, MOST)


def test_deltas_that_multiply_are_not_put_together(tmp_path: Path) -> None:
    base = bytes(60_000)
    copy = bytes([0xB0]) + struct.pack("<H", 60_000)  # Sixty thousand bytes from the start.
    delta = _number(60_000) + _number(60_000 * 1000) + copy * 1000
    entry = _header(7, len(delta)) + bytes.fromhex(_name(base)) + zlib.compress(delta, 9)
    whole = _header(3, len(base)) + zlib.compress(base, 9)
    _pack(tmp_path, [(_name(base), whole), ("b" * 40, entry)])
    with _objects(tmp_path) as (objects, _):
        assert objects.get(_name(base), MOST) == (BLOB, base)
        with pytest.raises(ObjectError, match="larger than"):
            objects.get("b" * 40, MOST)


def test_deltas_in_a_circle_end(tmp_path: Path) -> None:
    delta = _number(4) + _number(4) + bytes([0x90, 4])
    entries = [
        (one * 40, _header(7, len(delta)) + bytes.fromhex(two * 40) + zlib.compress(delta))
        for one, two in (("a", "b"), ("b", "a"), ("c", "c"), ("d", "9"))
    ]
    _pack(tmp_path, entries)
    with _objects(tmp_path) as (objects, _):
        for one in "abc":
            with pytest.raises(ObjectError, match="no end"):
                objects.get(one * 40, MOST)
        with pytest.raises(ObjectError, match="base is not in its pack"):
            objects.get("d" * 40, MOST)


def test_an_object_that_is_damaged_in_one_pack_is_read_from_another(tmp_path: Path) -> None:
    _pack(tmp_path / "one", [(_name(b"x"), b"\x31rubbish")])
    _loose(tmp_path / "two", b"x")
    (tmp_path / "one" / "info").mkdir()
    (tmp_path / "one" / "info" / "alternates").write_text("../two\n")
    with _objects(tmp_path / "one") as (objects, _):
        assert objects.get(_name(b"x"), MOST) == (BLOB, b"x")


def test_a_damaged_index_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack-x.pack").write_bytes(b"PACK")
    (tmp_path / "pack" / "pack-x.idx").write_bytes(b"\377tOc" + b"\0" * 50)
    os.mkfifo(tmp_path / "pack" / "pack-y.idx")
    (tmp_path / "pack" / "pack-y.pack").write_bytes(b"PACK")
    with _objects(tmp_path) as (objects, said):
        for _ in range(3):
            with pytest.raises(MissingObjectError):
                objects.get("a" * 40, MOST)
    assert len(said) == 2
    assert said[1] == "the index of pack-y cannot be read: pack-y.idx is not a regular file"


def test_many_packs_need_few_open_files(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "repo")
    names = []
    for number in range(40):
        folder.commit(f"c{number}", {"x": str(number)})
        folder.run("repack", "-q", "-d")
        names.append(folder.run("rev-parse", "HEAD:x"))
    before = len(os.listdir("/proc/self/fd"))
    with _objects(folder.path / ".git" / "objects") as (objects, said):
        for number, name in enumerate(names):
            assert objects.get(name, MOST) == (BLOB, str(number).encode())
        assert len(os.listdir("/proc/self/fd")) - before <= 33
        assert said == []
    assert len(os.listdir("/proc/self/fd")) <= before
