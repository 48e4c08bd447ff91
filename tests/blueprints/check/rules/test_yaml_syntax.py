"""YAML that cannot be read, or that can be read in two ways."""

from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.rules import yaml_syntax
from tests.blueprints.check.rules.asking import said, told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"a: [1, 2\n", 2),
        (b"a: 1\n\tb: 2\n", 2),
        (b"a: 1\na: 2\n", 2),
        (b"a: \xff\n", 1),
        (b"a: 'x\n", 2),
    ],
)
def test_what_is_no_yaml_is_an_error(text: bytes, line: int, tmp_path: Path) -> None:
    found = said(yaml_syntax, tmp_path, {"a.yaml": text})
    assert [(one.file, one.level) for one in found] == [("a.yaml", Level.ERROR)]  # type: ignore[union-attr]
    assert abs(found[0].line - line) <= 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x\n", "a: &x {c: 1}\nb: {<<: *x}\n", "a: !thing 1\n"]
)
def test_what_tools_read_differently_is_a_warning(text: str, tmp_path: Path) -> None:
    found = said(yaml_syntax, tmp_path, {"a.yaml": text})
    assert found
    assert {one.level for one in found} == {Level.WARNING}  # type: ignore[union-attr]


def test_in_pipelines_of_gitlab_aliases_are_part_of_the_language(tmp_path: Path) -> None:
    text = ".x: &x [make]\njob: {script: *x, after_script: !reference [.x]}\n"
    assert told(yaml_syntax, tmp_path, {".gitlab-ci.yml": text}) == []


def test_templates_of_charts_are_no_yaml(tmp_path: Path) -> None:
    files = {"c/Chart.yaml": "name: c\n", "c/templates/a.yaml": "{{ if }}\n"}
    assert told(yaml_syntax, tmp_path, files) == []
