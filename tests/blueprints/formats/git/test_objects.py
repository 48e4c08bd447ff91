import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blueprints.formats.git.errors import MissingObjectError, ObjectError
from blueprints.formats.git.objects import Objects
from blueprints.formats.git.packs import BLOB
from tests.labs.git_lab import GitFolder
from tests.labs.git_packs import blob_name, write_pack

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


def test_an_object_that_is_damaged_in_one_pack_is_read_from_another(tmp_path: Path) -> None:
    write_pack(tmp_path / "one", [(blob_name(b"x"), b"\x31rubbish")])
    _loose(tmp_path / "two", b"x")
    (tmp_path / "one" / "info").mkdir()
    (tmp_path / "one" / "info" / "alternates").write_text("../two\n")
    with _objects(tmp_path / "one") as (objects, _):
        assert objects.get(blob_name(b"x"), MOST) == (BLOB, b"x")


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


def test_every_object_is_named_packed_loose_and_borrowed(tmp_path: Path) -> None:
    repository = GitFolder.init(tmp_path / "repository")
    repository.commit("first", {"file": "1"})
    repository.run("gc", "-q")
    repository.commit("second", {"file": "2"})
    repository.run("clone", "-q", "--shared", ".", str(tmp_path / "borrower"))
    expected = set(
        repository.run(
            "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"
        ).splitlines()
    )
    assert len(expected) == 6
    for folder in ("repository", "borrower"):
        with _objects(tmp_path / folder / ".git" / "objects") as (objects, said):
            assert set(objects.names()) == expected
        assert said == []
