"""Variants that the rule rbac-resource finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "rbac-resource"
WRONG: dict[str, tuple[Edit, str]] = {
    "a resource of no group": (
        ("role.yaml", "resources: [deployments]", "resources: [deploys]"),
        "which apps does not have",
    ),
    "the core instead of a group": (
        ("role.yaml", "apiGroups: [apps]", 'apiGroups: [""]'),
        "deployments is of apps",
    ),
    "another group": (
        ("role.yaml", "apiGroups: [apps]", "apiGroups: [example.org]"),
        "it is of apps",
    ),
    "verbs that a subresource does not have": (
        (
            "role.yaml",
            "apiGroups: [apps]\n    resources: [deployments]",
            'apiGroups: [""]\n    resources: [pods/exec]',
        ),
        "grants verbs on pods/exec",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a custom resource": (
        (
            "role.yaml",
            "apiGroups: [apps]\n    resources: [deployments]",
            "apiGroups: [example.org]\n    resources: [things]",
        ),
    ),
    "a subresource": (("role.yaml", "resources: [deployments]", "resources: [deployments/scale]"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
