"""Variants that the rule argocd-settings finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "argocd-settings"
RBAC = "  name: argocd-rbac-cm"
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: b}\n"
)
WRONG: dict[str, tuple[Edit, str]] = {
    "another namespace": (
        (
            "settings.yaml",
            "  name: argocd-rbac-cm\n  namespace: argocd",
            "  name: argocd-rbac-cm\n  namespace: other",
        ),
        "is not in namespace argocd",
    ),
    "another name": (
        ("settings.yaml", "  name: argocd-rbac-cm", "  name: argocd-rbac"),
        "argocd-rbac-cm is not",
    ),
    "the namespaces of Applications": (
        ("app.yaml", "", APPLICATION),
        "argocd-cmd-params-cm is not",
    ),
}
RIGHT: dict[str, Edit] = {
    "a key more": ("settings.yaml", "  scopes:", "  policy.matchMode: glob\n  scopes:"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
