"""CODEOWNERS that ask nobody."""

from pathlib import Path

import pytest

from blueprints.check.rules import code_owners
from tests.blueprints.check.rules.asking import told

FILES: dict[str, str | bytes] = {"projects/climate/a.yaml": "a: 1\n", "docs/b.md": "# b\n"}


@pytest.mark.parametrize(
    "line",
    [
        "* @example/platform",
        "*.yaml @one @two",
        "/projects/ team@example.org",
        "climate/ @example/climate # who knows",
        "docs/** @@maintainer",
        "/projects/*/a.yaml @one",
        "# only a remark",
        "[Docs] @one\ndocs/",
    ],
)
def test_good_lines_are_not_told(line: str, tmp_path: Path) -> None:
    assert told(code_owners, tmp_path, {**FILES, "CODEOWNERS": line + "\n"}) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("* example/platform", "example/platform is no owner"),
        ("*", "* has no owner"),
        ("/project/ @one", "/project/ fits no file"),
        ("a.yml @one", "a.yml fits no file"),
        ("!docs/ @one", "do not read !"),
        ("[Docs]\ndocs/", "docs/ has no owner"),
    ],
)
def test_lines_that_ask_nobody_are_told(line: str, words: str, tmp_path: Path) -> None:
    found = told(code_owners, tmp_path, {**FILES, ".github/CODEOWNERS": line + "\n"})
    assert any(words in one for one in found), found


def test_a_pattern_that_could_take_long_does_not(tmp_path: Path) -> None:
    lines = "/" + "*a" * 30 + "b @one\n" + "/**" * 100 + "/x @one\n"
    files = {f"{'a' * 60}/{n}": "" for n in range(50)}
    assert len(told(code_owners, tmp_path, {**files, "CODEOWNERS": lines})) == 2
