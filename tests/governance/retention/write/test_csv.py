import csv
from pathlib import Path

import pytest

from governance.retention.report import report
from governance.retention.rows import ROWS
from governance.retention.write.csv import neutral, write_csv
from tests.governance.retention.lab import HOSTILE, hostile
from tests.governance.retention.places import NOW, row, table


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        '"=1"',
        "'=1",
        "''=1",
        "\u201c=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM",
        "\uff02\uff1d1",
        "\u2212" + "1",
        "\ufeff=1",
        "|calc",
        "%0A",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert neutral(cell)[0] in "'\\"


@pytest.mark.parametrize("cell", ["", "s3://b/x=1", "1-2", "a@b", "model", "été", "模型"])
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


def test_every_row_and_column_comes_back(tmp_path: Path) -> None:
    made = report(hostile(tmp_path), now=NOW)
    length = write_csv(made.artifacts, tmp_path / "r.csv")
    assert (tmp_path / "r.csv").stat().st_size == length
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ROWS.names
    assert len(rows) == 1 + len(HOSTILE)
    assert {len(item) for item in rows} == {len(ROWS)}
    text = (tmp_path / "r.csv").read_text(encoding="utf-8")
    assert all(character.isprintable() for character in text.replace("\n", "").lstrip("\ufeff"))


def test_lists_times_and_numbers_are_what_a_person_reads(tmp_path: Path) -> None:
    fields = {"missing": ["=a", "b"], "step": -5, "newest": NOW, "complete": None}
    write_csv(table([row(1, **fields)]), tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        (found,) = csv.DictReader(file)
    assert found["missing"] == "'=a; b"
    assert (found["step"], found["newest"]) == ("-5", "2026-11-22T01:20:00Z")
    assert (found["complete"], found["why"]) == ("", "")
