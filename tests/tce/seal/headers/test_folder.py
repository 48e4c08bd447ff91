"""Header stores in folders: what a disk and other processes do to them."""

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tce.seal.headers.entry import tag
from tce.seal.headers.errors import ConflictError, DamagedError, HeadersError, MissingError
from tce.seal.headers.folder import MARK, FolderStore, create
from tce.seal.headers.store import Change, Refused
from tests.tce.seal.headers.stores import body_of, record

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    files = [one for one in (tmp_path / "h").rglob("*") if not one.is_symlink()]
    assert {oct(one.stat().st_mode & 0o777) for one in files if one.is_file()} == {"0o600"}
    assert {oct(one.stat().st_mode & 0o777) for one in files if one.is_dir()} == {"0o700"}


def test_the_older_header_is_in_no_file(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    store.put(record(version=2), 1)
    store.destroy([record().name], NOW, "0" * 64)
    objects = list((tmp_path / "h" / "objects").iterdir())
    assert [one.stem for one in objects] == [tag(record().name)]
    assert b'"header"' not in objects[0].read_bytes()
    assert not list((tmp_path / "h" / "new").iterdir())


def test_a_header_that_somebody_copied_within_the_store_is_found(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    copy = tmp_path / "h" / "objects" / "old.bak"
    copy.write_bytes((tmp_path / "h" / "objects" / f"{tag(record().name)}.json").read_bytes())
    store.destroy([record().name], NOW, "0" * 64)
    assert store.left(record()) == [str(copy)]


def test_a_folder_with_something_else_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(HeadersError, match="neither empty nor a header store"):
        create(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "tutela/headers/v2"}'])
def test_a_store_of_another_schema_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MARK).write_text(text)
    with pytest.raises(HeadersError, match="not a header store"):
        FolderStore(tmp_path)


def test_what_a_killed_writer_left_counts_nothing_and_is_removed(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    left = tmp_path / "h" / "new" / tag(record().name)
    left.write_bytes(b"half a rec")
    assert store.current(record().name) == record()
    store.put(record("b"), None)
    assert not left.exists()


def test_a_link_without_its_object_is_none(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    ids = tmp_path / "h" / "ids"
    (ids / ("z" * 26)).symlink_to("../objects/nothing.json")
    (ids / ("y" * 26)).symlink_to(f"../objects/{tag(record().name)}.json")
    for body in ("z" * 26, "y" * 26):
        with pytest.raises(MissingError):
            store.current(body)


def test_a_lost_link_is_made_up_for_by_looking(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)
    (tmp_path / "h" / "ids" / body_of(record().name)).unlink()
    assert store.current(body_of(record().name)) == record()


def test_the_record_of_another_object_is_noticed(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put_all([Change(record(name), None) for name in ("a", "b")])
    objects = tmp_path / "h" / "objects"
    (objects / f"{tag('a')}.json").replace(objects / f"{tag('b')}.json")
    with pytest.raises(DamagedError, match="another object"):
        store.current("b")


def test_a_damaged_record_is_not_overwritten(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    store.put_all([Change(record(name), None) for name in ("a", "b")])
    file = tmp_path / "h" / "objects" / f"{tag('a')}.json"
    file.write_bytes(file.read_bytes()[:-9])
    refused = store.put_all([Change(record(name, 2), 1) for name in ("a", "b")])
    assert [one.name for one in refused] == ["a"]
    assert isinstance(refused[0].error, DamagedError)
    assert store.current("b") == record("b", 2)
    damaged: list[Refused] = []
    assert list(store.entries(damaged)) == [record("b", 2)]
    assert [one.name for one in damaged] == [str(file)]
    with pytest.raises(DamagedError):
        list(store.entries())


def test_an_object_is_changed_once_at_a_time(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    refused = store.put_all([Change(record(), None), Change(record(version=2), 1)])
    assert [str(one.error) for one in refused] == [f"{record().name}: twice among the changes"]
    assert store.current(record().name) == record()


def test_a_full_disk_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = create(tmp_path / "h")
    store.put(record(), None)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(HeadersError, match="No space left"):
            store.put(record(version=2), 1)
    assert store.current(record().name) == record()
    store.put(record(version=2), 1)


def test_a_folder_that_vanished_is_one_line(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    (tmp_path / "h").rename(tmp_path / "elsewhere")
    with pytest.raises(HeadersError, match="No such file"):
        store.put(record(), None)
    with pytest.raises(HeadersError, match="No such file"):
        store.names()


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    store = create(tmp_path / "h")
    lock = os.open(tmp_path / "h" / MARK, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.put, record(), None)
        assert store.names() == []
        assert not waiting.done()
        os.close(lock)
        waiting.result(10)
    assert store.names() == [record().name]


def test_of_many_who_put_the_same_version_one_does(tmp_path: Path) -> None:
    create(tmp_path / "h").put(record(), None)

    def put(number: int) -> bool:
        mine = record(version=2, body=f"{number:026d}")
        try:
            FolderStore(tmp_path / "h").put(mine, 1)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(put, range(16)))
    assert sum(done) == 1
    assert int(FolderStore(tmp_path / "h").current(record().name).id) == done.index(True)


def test_a_pipe_in_place_of_a_record_is_damage_and_nobody_waits(tmp_path: Path) -> None:
    store = create(tmp_path / "headers")
    os.mkfifo(tmp_path / "headers" / "objects" / f"{tag('a')}.json")
    with pytest.raises(DamagedError, match="no regular file"):
        store.find("a")
    damaged: list[Refused] = []
    assert list(store.entries(damaged)) == []
    assert len(damaged) == 1
