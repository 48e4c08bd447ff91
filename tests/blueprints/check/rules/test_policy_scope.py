"""Variants that the rule policy-scope finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "policy-scope"
FILE = "web/policy.yaml"
SELECTED = """\
    matchLabels:
      app.kubernetes.io/name: web
      app.kubernetes.io/instance: web
      app.kubernetes.io/component: front
"""
WRONG: dict[str, tuple[Edit, str]] = {
    "every pod": ((FILE, f"  podSelector:\n{SELECTED}", "  podSelector: {}\n"), "selects pods"),
    "another component": (
        (FILE, SELECTED, SELECTED.replace("front", "back")),
        "without that app.kubernetes.io/component",
    ),
}
RIGHT: dict[str, Edit] = {
    "a policy of no component": (FILE, "    app.kubernetes.io/component: front\nspec", "spec"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
