"""Variants that the rule read-only-root finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "read-only-root"
WRONG: dict[str, tuple[Edit, str]] = {
    "a user that nobody names": (
        ("web/deployment.yaml", "        runAsUser: 10001\n", ""),
        "does not say runAsUser",
    ),
    "a folder without end": (
        (
            "web/deployment.yaml",
            "          emptyDir:\n            sizeLimit: 64Mi\n",
            "          emptyDir: {}\n",
        ),
        "may fill the node",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages
