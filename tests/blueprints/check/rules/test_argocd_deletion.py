"""Variants that the rule argocd-deletion finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "argocd-deletion"
WRONG: dict[str, tuple[Edit, str]] = {
    "an ApplicationSet without guards": (
        (
            "platform/set.yaml",
            "",
            (
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: ApplicationSet\n"
                "metadata: {name: all, namespace: argocd}\n"
                "spec:\n"
                "  generators: [{list: {elements: []}}]\n"
                "  template: {spec: {project: web}}\n"
            ),
        ),
        "deletes its Applications when a generator gives none",
    ),
    "a claim that ArgoCD may delete": (
        (
            "team/site/claim.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolumeClaim\n"
                "metadata: {name: data, namespace: web}\n"
                "spec: {}\n"
            ),
        ),
        "no Delete=false, Prune=false",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an ApplicationSet that keeps what it made": (
        (
            "platform/set.yaml",
            "",
            (
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: ApplicationSet\n"
                "metadata: {name: all, namespace: argocd}\n"
                "spec:\n"
                "  syncPolicy: {preserveResourcesOnDeletion: true, applicationsSync: "
                "create-update}\n"
                "  generators: [{list: {elements: []}}]\n"
                "  template: {spec: {project: web}}\n"
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
