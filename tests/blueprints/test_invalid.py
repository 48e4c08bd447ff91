"""Every rule has a repository that breaks it and nothing else, and the valid twin of that."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from blueprints.check import registry
from blueprints.check.result import CheckResult
from blueprints.check.run import Asked, check
from tests.blueprints.mutation.campaign import TODAY

TESTS = Path(__file__).parent.parent
BY_OTHER_TESTS = {
    # Speaks of what no folder in Git can hold: links, pipes, files of a gigabyte.
    "unreadable-file",
}
MOST_LINES = 20
"""That the twins may differ in."""


def folders() -> list[Path]:
    """Where the pairs lie: `tests/<room>/invalid`."""
    return [TESTS / package.partition(".")[0] / "invalid" for package in registry.packages()]


def of(rule: str) -> Path:
    return TESTS / registry.package_of(rule).partition(".")[0] / "invalid" / rule


def found(folder: Path) -> CheckResult:
    return check(folder, Asked(history=False), TODAY)


def pairs() -> list[str]:
    return [rule for rule in registry.ids() if rule not in BY_OTHER_TESTS]


@pytest.mark.parametrize("rule", pairs())
def test_the_invalid_repository_is_found_by_exactly_its_rule(rule: str) -> None:
    result = found(of(rule) / "invalid")
    assert {one.rule for one in result.findings} == {rule}, result.findings
    assert result.exit_code == 3


@pytest.mark.parametrize("rule", pairs())
def test_its_valid_twin_is_found_by_none(rule: str) -> None:
    result = found(of(rule) / "valid")
    assert result.findings == ()
    assert rule not in {one.rule for one in result.not_checked}


@pytest.mark.parametrize("rule", pairs())
def test_the_twins_differ_in_a_few_lines(rule: str) -> None:
    invalid, valid = (_lines(of(rule) / side) for side in ("invalid", "valid"))
    changes = [
        line
        for line in difflib.unified_diff(valid, invalid, n=0)
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert 0 < len(changes) <= MOST_LINES, changes


def test_no_pair_is_left_over() -> None:
    pairs = {pair for folder in folders() for pair in folder.iterdir() if pair.is_dir()}
    assert pairs - {of(rule) for rule in registry.ids()} == set()


def _lines(folder: Path) -> list[str]:
    return [
        f"{file.relative_to(folder)}: {line}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
