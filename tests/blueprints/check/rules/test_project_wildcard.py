"""Variants that the rule project-wildcard finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "project-wildcard"
WRONG: dict[str, tuple[Edit, str]] = {
    "any namespace": (
        ("project.yaml", "      namespace: argocd", '      namespace: "*"'),
        "permits any namespace in destinations",
    ),
    "any kind": (
        ("project.yaml", "      kind: ConfigMap", '      kind: "*"'),
        "permits any kind in namespaceResourceWhitelist",
    ),
    "any repository": (
        ("project.yaml", "    - https://git.example.org/platform/platform.git", '    - "*"'),
        "permits any of sourceRepos",
    ),
}
RIGHT: dict[str, Edit] = {
    "another namespace": ("project.yaml", "      namespace: argocd", "      namespace: platform"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
