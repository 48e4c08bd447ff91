"""Findings about documents."""

from pathlib import Path

from blueprints.check.cluster.report import found
from blueprints.check.finding import Finding, Level
from tests.blueprints.check.cluster.known import SERVICE, known


def test_a_finding_names_file_and_line(tmp_path: Path) -> None:
    (item,) = known(tmp_path, web=SERVICE).of_kind("Service")
    told = found("rule", Level.NOTE, item, ("spec", "ports"), "words", "hint")
    assert told == Finding("web.yaml", 4, "rule", "words", Level.NOTE, "hint")
