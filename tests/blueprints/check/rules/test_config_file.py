"""Variants that the rule config-file finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "config-file"
WRONG: dict[str, tuple[Edit, str]] = {
    "no YAML": (("config.yaml", "colour: green", "colour: [green"), "line"),
    "no JSON": (("config.yaml", "  settings.yaml: |", "  settings.json: |"), "is no JSON"),
    "no Python": (
        ("config.yaml", "  settings.yaml: |\n", "  settings.py: |\n    def\n"),
        "is no Python",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "another language": (("config.yaml", "  settings.yaml: |", "  settings.conf: |"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
