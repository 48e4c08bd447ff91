"""Variants that the rule rbac-resource finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

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

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
