from pathlib import Path

import pytest

from governance.retention.report import report
from governance.retention.write.files import write_files
from governance.retention.write.whole import WriteError
from tests.governance.retention.lab import small
from tests.governance.retention.places import NOW


def test_every_file_that_is_asked_for_is_written_and_said(tmp_path: Path) -> None:
    made = report(small(tmp_path), now=NOW)
    names = {kind: tmp_path / f"r.{kind}" for kind in ("html", "csv", "parquet")}
    written = write_files(made, **names)  # type: ignore[arg-type]
    assert [path.stat().st_size for path, _ in written.files] == [n for _, n in written.files]
    assert str(written).count("Wrote ") == 3
    files = written.as_json()["files"]
    assert isinstance(files, list)
    assert [Path(str(item["path"])).suffix for item in files] == [".html", ".csv", ".parquet"]


def test_without_files_it_is_the_report(tmp_path: Path) -> None:
    made = report(small(tmp_path), now=NOW)
    assert str(write_files(made)) == str(made)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    made = report(small(tmp_path), now=NOW)
    with pytest.raises(WriteError, match="same file"):
        write_files(made, html=tmp_path / "r", csv=tmp_path / "r")
    assert not (tmp_path / "r").exists()
