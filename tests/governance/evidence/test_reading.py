"""One reading on disk: written once, held against its digests."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.evidence.reading import (
    BadReadingError,
    read_entry,
    read_reading,
    rows_of,
    write_reading,
)
from governance.evidence.schema import CLAIMS, NOTES, READING, Problem, Reading
from tests.governance.evidence.readings import add_reading

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
SAID = Reading(
    kind="jobs",
    name="slurm",
    place="jobs.json",
    writers="whoever may write jobs.json",
    trusted=True,
    asked=NOW,
    as_of=NOW,
    complete=False,
    problems=(Problem(words="odd \u202e name", within="s3://a/"),),
    problem_count=1,
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    folder = add_reading(tmp_path / "r", SAID, ["s3://a/x", "s3://a/y"])
    written = write_reading(folder, SAID, {"file": "jobs.json"})
    assert read_reading(folder) == written
    assert set(written.files) == {CLAIMS, NOTES, "entry.json"}
    assert read_entry(folder, written) == {"file": "jobs.json"}
    rows = rows_of(folder, CLAIMS, written)
    assert rows is not None
    assert (rows.path, rows.count) == (folder / CLAIMS, 2)


def test_what_was_never_written_is_none(tmp_path: Path) -> None:
    written = write_reading(tmp_path, SAID)
    assert written.files == {}
    assert rows_of(tmp_path, CLAIMS, written) is None
    assert read_entry(tmp_path, written) is None


def test_a_file_that_was_changed_by_one_byte_is_not_used(tmp_path: Path) -> None:
    folder = add_reading(tmp_path / "r", SAID, ["s3://a/x"])
    said = read_reading(folder)
    content = bytearray((folder / CLAIMS).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / CLAIMS).write_bytes(content)
    with pytest.raises(BadReadingError, match="was changed since it was written"):
        rows_of(folder, CLAIMS, said)
    (folder / CLAIMS).unlink()
    with pytest.raises(BadReadingError, match="cannot be read"):
        rows_of(folder, CLAIMS, said)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "tutela/evidence/v9"}, "newer than tutela/evidence/v1"),
        ({"schema": "other"}, "does not say tutela/evidence/v1"),
        ({"asked": "2026-11-22"}, "asked: "),
        ({"asked": "2026-11-22T00:00:00"}, "asked: "),
        ({"claims": -1}, "claims: "),
        ({"more": 1}, "more: "),
    ],
)
def test_what_is_wrong_with_a_reading_is_said(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    write_reading(tmp_path, SAID)
    file = tmp_path / READING
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(BadReadingError, match=words):
        read_reading(tmp_path)


@pytest.mark.parametrize("text", ["[" * 100_000, "null", "{}", '{"schema": null}', "\ud800"])
def test_no_text_is_too_odd(tmp_path: Path, text: str) -> None:
    (tmp_path / READING).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadReadingError):
        read_reading(tmp_path)
