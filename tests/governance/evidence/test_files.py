import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.files import date, open_file, path_of, read_json, writers_of
from governance.evidence.gather import Gather

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def dated(tmp_path: Path, written: datetime, said: float | None = None) -> Gather:
    file = tmp_path / "file"
    file.write_text("x")
    os.utime(file, (0, written.timestamp()))
    folder = tmp_path / "reading"
    folder.mkdir()
    with open_file(file) as stream, Gather(folder) as into:
        date(stream, into, NOW, said)
    return into


def test_a_relative_path_starts_from_the_base() -> None:
    assert path_of(Path("/w/.tutela"), "jobs.json") == Path("/w/.tutela/jobs.json")
    assert path_of(Path("/w/.tutela"), "/srv/jobs.json") == Path("/srv/jobs.json")


def test_a_path_leads_out_of_the_folder_that_the_workspace_really_is(tmp_path: Path) -> None:
    (tmp_path / "real" / ".tutela").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".tutela").symlink_to(tmp_path / "real" / ".tutela")
    found = path_of(tmp_path / "project" / ".tutela", "../../git/data")
    assert found == tmp_path.resolve() / "git" / "data"
    assert writers_of(Path("/srv/jobs.json")) == "whoever may write /srv/jobs.json"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EvidenceError, match="not a regular file"):
        open_file(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["absent", ".", "a\0b"])
def test_what_cannot_be_opened_is_an_error_with_a_hint(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match="cannot be opened") as caught:
        open_file(tmp_path / name)
    assert caught.value.__notes__


@pytest.mark.parametrize(
    "text", [b"", b'{"jobs": [', b"\xff\xfe", b"[" * 100_000, b'{"n": ' + b"9" * 5_000 + b"}"]
)
def test_half_a_file_is_an_error_and_never_a_short_list(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "file").write_bytes(text)
    with open_file(tmp_path / "file") as stream, pytest.raises(EvidenceError, match="not JSON"):
        read_json(stream, "file", 1_000_000)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("[1, 2, 3]")
    with open_file(tmp_path / "file") as stream, pytest.raises(EvidenceError, match="larger"):
        read_json(stream, "file", 8)


def test_claims_are_as_old_as_the_file(tmp_path: Path) -> None:
    written = NOW - timedelta(days=3)
    assert dated(tmp_path, written).as_of == written


def test_a_copy_does_not_make_a_list_younger(tmp_path: Path) -> None:
    said = NOW - timedelta(days=9)
    assert dated(tmp_path, NOW, said.timestamp()).as_of == said


def test_a_file_from_the_future_is_a_problem_and_never_fresh_for_ever(tmp_path: Path) -> None:
    into = dated(tmp_path, NOW + timedelta(days=400))
    assert into.as_of == NOW
    assert "still to come" in into.problems[0].words


def test_clocks_may_differ_a_little(tmp_path: Path) -> None:
    into = dated(tmp_path, NOW + timedelta(minutes=5), float("inf"))
    assert (into.as_of, into.problems) == (NOW, [])
