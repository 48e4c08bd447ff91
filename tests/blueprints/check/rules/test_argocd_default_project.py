"""Variants that the rule argocd-default-project finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "argocd-default-project"
WRONG: dict[str, tuple[Edit, str]] = {
    "an Application in default": (
        ("team/apps/site.yaml", "project: web", "project: default"),
        "is in the project default",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
