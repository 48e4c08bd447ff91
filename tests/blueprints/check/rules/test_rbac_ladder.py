"""Variants that the rule rbac-ladder finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "rbac-ladder"
WRONG: dict[str, tuple[Edit, str]] = {
    "half a right to read": (
        ("platform/roles.yaml", "verbs: [get, list, watch]", "verbs: [get, list]"),
        "and not watch",
    ),
    "a kind that viewers cannot see": (
        ("platform/project.yaml", "kind: ConfigMap", "kind: Service"),
        "may not see",
    ),
    "a role without a group": (
        ("platform/project.yaml", "      groups: [web-viewers]\n", ""),
        "nobody has the role viewer",
    ),
    "a role that may not get anything": (
        (
            "platform/project.yaml",
            "        - p, proj:web:viewer, logs, get, web/web/*, allow\n",
            "",
        ),
        "may not get its own logs",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
