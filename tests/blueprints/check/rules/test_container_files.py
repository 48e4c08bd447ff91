"""Variants that the rule container-files finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "container-files"
WRONG: dict[str, tuple[Edit, str]] = {
    "a file where nothing is mounted": (
        ("web/deployment.yaml", "/etc/web/web.yaml", "/etc/web2/web.yaml"),
        "web reads /etc/web2/web.yaml",
    ),
    "a variable without value": (
        ("web/deployment.yaml", "              value: quiet\n", ""),
        "variable MODE has no value",
    ),
    "a mount that went elsewhere": (
        ("web/deployment.yaml", "mountPath: /etc/web", "mountPath: /etc/dex"),
        "reads /etc/web/web.yaml",
    ),
}
RIGHT: dict[str, Edit] = {
    "a path that is no configuration file": (
        "web/deployment.yaml",
        "--config=/etc/web/web.yaml",
        "--path=/healthz",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
