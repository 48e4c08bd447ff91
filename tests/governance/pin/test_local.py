import json
import os
from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.pin.local import read_records, write_record

ID = "0123456789abcdef01234567"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    pins = tmp_path / "pins"
    write_record(pins, f"pins/{ID}/a.json", {"by": "ü"})
    write_record(pins, f"pins/{ID}/b.json", {"by": "b"})
    found = list(read_records(pins))
    assert [(one.path, one.record) for one in found] == [
        (f"pins/{ID}/a.json", {"by": "ü"}),
        (f"pins/{ID}/b.json", {"by": "b"}),
    ]


def test_a_record_is_never_written_twice(tmp_path: Path) -> None:
    write_record(tmp_path / "pins", f"pins/{ID}/a.json", {"by": "first"})
    with pytest.raises(GovernanceError, match="there is a record"):
        write_record(tmp_path / "pins", f"pins/{ID}/a.json", {"by": "second"})
    assert next(iter(read_records(tmp_path / "pins"))).record == {"by": "first"}


def test_no_folder_is_no_pins(tmp_path: Path) -> None:
    assert list(read_records(tmp_path / "pins")) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"[]", "it is no record"),
        (b"{" * 60_000, "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (json.dumps({"x": "y" * 70_000}).encode(), "it is too large"),
    ],
)
def test_what_is_no_record_is_told_and_kept(tmp_path: Path, content: bytes, why: str) -> None:
    folder = tmp_path / "pins" / ID
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(content)
    (found,) = read_records(tmp_path / "pins")
    assert (found.record, found.problem) == (None, why)


def test_a_folder_in_place_of_a_record_is_told(tmp_path: Path) -> None:
    (tmp_path / "pins" / ID / "a.json").mkdir(parents=True)
    (found,) = read_records(tmp_path / "pins")
    assert "cannot be read" in str(found.problem)


def test_other_folders_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pins" / "stores").mkdir(parents=True)
    assert list(read_records(tmp_path / "pins")) == []


def test_pins_that_cannot_be_listed_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "pins").write_text("not a folder")
    with pytest.raises(GovernanceError, match="cannot read the pins"):
        list(read_records(tmp_path / "pins"))
    with pytest.raises(GovernanceError, match="cannot write"):
        write_record(tmp_path / "pins", f"pins/{ID}/a.json", {})


def test_a_name_that_is_no_text_is_no_problem(tmp_path: Path) -> None:
    folder = tmp_path / "pins" / ID
    folder.mkdir(parents=True)
    with open(os.fsencode(folder) + b"/\xff.json", "wb") as file:
        file.write(b"{}")
    (found,) = read_records(tmp_path / "pins")
    assert found.record == {}
