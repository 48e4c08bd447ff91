"""Variants that the rule argocd-default-project finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "argocd-default-project"
WRONG: dict[str, tuple[Edit, str]] = {
    "an Application in default": (
        ("team/apps/site.yaml", "project: web", "project: default"),
        "is in the project default",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages
