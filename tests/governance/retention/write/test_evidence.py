"""The certificate of a report in text."""

from pathlib import Path

from blueprints.display import WIDTH, width
from governance.retention.report import report
from governance.retention.write.evidence import blocking, one_line, section
from tests.governance.retention.lab import asked
from tests.governance.retention.places import NOW


def test_every_source_is_there_and_no_line_is_too_wide(tmp_path: Path) -> None:
    found = report(asked(tmp_path), now=NOW).evidence
    said = section(found)
    for one in found:
        assert f"\n  {one.title}" in said
    assert [line for line in said.split("\n") if width(line) > WIDTH] == []
    assert section(()) == ""


def test_only_what_blocks_can_be_shown(tmp_path: Path) -> None:
    said = blocking(report(asked(tmp_path), now=NOW).evidence)
    assert "serving cluster" in said
    assert "mlflow prod" not in said


def test_many_sources_are_cut_and_counted(tmp_path: Path) -> None:
    found = report(asked(tmp_path), now=NOW).evidence
    assert section(found * 5).endswith("and 10 more: tutela evidence list")


def test_a_source_in_one_sentence(tmp_path: Path) -> None:
    said = {one.title: one_line(one) for one in report(asked(tmp_path), now=NOW).evidence}
    assert said["mlflow prod"] == (
        "mlflow prod: answered completely, as of 2026-11-21 22:20 UTC (3 hours old), 2 claims; "
        "it is trusted"
    )
    assert said["dvc"] == "dvc: never answered; it is not registered in tutela.yaml"
    assert said["serving cluster"].startswith("serving cluster: did not answer completely, as of")
