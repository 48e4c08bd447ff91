"""Variants that the rule labels finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "labels"
WRONG: dict[str, tuple[Edit, str]] = {
    "another owner": (
        ("two.yaml", "managed-by: tutela", "managed-by: hand"),
        "has app.kubernetes.io/managed-by: hand",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages
