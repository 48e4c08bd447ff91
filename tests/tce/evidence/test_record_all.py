"""Every run that needs nothing but the repository, and where their records go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tce.evidence.errors import EvidenceError
from tce.evidence.record_all import RUNS, record
from tce.evidence.recorded import Keeping
from tests.program import run
from tests.tce.evidence.standing import NOW, TOOL, Standing


def test_records_go_where_the_pack_looks_for_them(standing: Standing) -> None:
    keeping = Keeping(standing.folder, (standing.ci,), NOW, TOOL, lambda _: None)
    found = record(standing.folder, ["prove"], keeping, "")
    assert [one.name for one in standing.records.iterdir()] == ["prove.dsse.json"]
    assert found.exit_code == 0
    assert standing.pack().judged[0].level("artefact") == "shown"


def test_a_run_that_finds_something_ends_with_3_and_leaves_its_record(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("a: [\n")
    ran = run("tce", "record", str(tmp_path), "check", "--json")
    assert ran.code == 3
    said = json.loads(ran.out)
    assert said["schema"] == "tutela/recorded/v1"
    assert Path(said["runs"]["check"]["record"]["file"]).is_file()


def test_a_test_that_there_is_not_is_told(standing: Standing) -> None:
    keeping = Keeping(standing.folder, (), NOW, TOOL, lambda _: None)
    with pytest.raises(EvidenceError, match="no test is called proof"):
        record(standing.folder, ["proof"], keeping, "")
    assert {"prove", "probe", "check"} <= set(RUNS)


def test_the_text_says_that_nobody_signed(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: hospital\n")
    ran = run("tce", "record", str(tmp_path), "check")
    assert "check: passed:" in ran.out or "check: found problems:" in ran.out
    assert "signed by nobody" in ran.out
