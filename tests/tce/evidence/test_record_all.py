"""Every run that needs nothing but the repository, and where their records go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tce.evidence.errors import EvidenceError
from tce.evidence.gather import FOLDER, Told, gather
from tce.evidence.record_all import RUNS, record
from tce.evidence.recorded import Keeping
from tests.program import run
from tests.tce.evidence.standing import NOW, TOOL


def test_records_go_where_the_pack_looks_for_them(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    keeping = Keeping(tmp_path, (), NOW, TOOL, lambda _: None)
    record(tmp_path, ["check"], keeping, "")
    (one,) = gather([tmp_path / FOLDER], ())
    assert isinstance(one, Told)
    assert (one.file, one.record.test, one.trust) == ("check.dsse.json", "check", "unsigned")


def test_a_run_that_finds_something_ends_with_3_and_leaves_its_record(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("a: [\n")
    ran = run("tce", "record", str(tmp_path), "check", "--json")
    assert ran.code == 3
    said = json.loads(ran.out)
    assert said["schema"] == "tutela/recorded/v1"
    assert Path(said["runs"]["check"]["record"]["file"]).is_file()


def test_a_test_that_there_is_not_is_told(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path, (), NOW, TOOL, lambda _: None)
    with pytest.raises(EvidenceError, match="no test is called proof"):
        record(tmp_path, ["proof"], keeping, "")
    assert {"prove", "probe", "check"} <= set(RUNS)


def test_the_text_says_that_nobody_signed(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    ran = run("tce", "record", str(tmp_path), "check")
    assert "check: passed:" in ran.out or "check: found problems:" in ran.out
    assert "signed by nobody" in ran.out
