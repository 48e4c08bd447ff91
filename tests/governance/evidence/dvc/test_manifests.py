import json
from pathlib import Path

import pytest

from governance.evidence.dvc.manifests import ListError, Manifests, list_of, members
from governance.evidence.dvc.pointers import Blob
from tests.labs.dvc_lab import md5

A, B = "a" * 32, "b" * 32
FILES = [("d/x", Blob("md5", A)), ("y", Blob("md5", B))]


class Stored:
    """A store, and what was asked of it."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects
        self.asked: list[str] = []

    def read(self, uri: str, most: int) -> bytes | None:
        self.asked.append(uri)
        return self.objects.get(uri)


def _list(entries: object) -> tuple[Blob, bytes]:
    raw = json.dumps(entries).encode()
    return Blob("md5", md5(raw), folder=True), raw


def test_reads_and_makes_lists_as_dvc_does() -> None:
    blob = list_of(FILES)
    assert blob is not None
    raw = json.dumps([{"md5": A, "relpath": "d/x"}, {"md5": B, "relpath": "y"}]).encode()
    assert blob == Blob("md5", md5(raw), folder=True)
    assert members(blob, raw) == FILES
    assert list_of([]) is None


def test_files_of_an_old_folder_lie_where_old_files_lie() -> None:
    old = Blob("md5", A, folder=True, legacy=True)
    raw = json.dumps([{"md5": B, "relpath": "y"}]).encode()
    assert members(old, raw) == [("y", Blob("md5", B, legacy=True))]


@pytest.mark.parametrize(
    "entries",
    [
        {},
        "x",
        [1],
        [{}],
        [{"relpath": "x"}],
        [{"md5": A}],
        [{"relpath": 1, "md5": A}],
        [{"relpath": "x", "md5": 1}],
        [{"relpath": "x", "md5": "../" + A[3:]}],
        [{"relpath": "x", "md5": A[:31]}],
    ],
)
def test_a_damaged_list_is_an_error(entries: object) -> None:
    blob, raw = _list(entries)
    with pytest.raises(ListError):
        members(blob, raw)


def test_json_that_is_nested_without_end_is_an_error() -> None:
    with pytest.raises(ListError):
        members(Blob("md5", A, folder=True), b"[" * 200_000)


def test_only_the_list_itself_is_taken_wherever_it_is(tmp_path: Path) -> None:
    blob, raw = _list([{"md5": A, "relpath": "x"}])
    stored = Stored({"file:///a": b"[]", "s3://b": raw})
    manifests = Manifests(stored, tmp_path)
    wanted = [(blob, ["file:///a", "s3://none", "s3://b", "s3://c"]), (Blob("md5", B, True), [])]
    assert list(manifests.read(wanted)) == [raw, None]
    assert stored.asked == ["file:///a", "s3://none", "s3://b"]
    # From now on nobody is asked for it.
    assert list(Manifests(Stored({}), tmp_path).read(wanted[:1])) == [raw]


def test_where_no_copy_can_be_kept_it_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("in the way")
    blob, raw = _list([{"md5": A, "relpath": "x"}])
    for _ in range(2):
        stored = Stored({"s3://b": raw})
        assert list(Manifests(stored, tmp_path / "copies").read([(blob, ["s3://b"])])) == [raw]
        assert stored.asked == ["s3://b"]
