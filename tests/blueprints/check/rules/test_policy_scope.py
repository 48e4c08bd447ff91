"""Variants that the rule policy-scope finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "policy-scope"
FILE = "web/policy.yaml"
SELECTED = """\
    matchLabels:
      app.kubernetes.io/name: web
      app.kubernetes.io/instance: web
      app.kubernetes.io/component: front
"""
WRONG: dict[str, tuple[Edit, str]] = {
    "every pod": ((FILE, f"  podSelector:\n{SELECTED}", "  podSelector: {}\n"), "selects pods"),
    "another component": (
        (FILE, SELECTED, SELECTED.replace("front", "back")),
        "without that app.kubernetes.io/component",
    ),
}
RIGHT: dict[str, Edit] = {
    "a policy of no component": (FILE, "    app.kubernetes.io/component: front\nspec", "spec"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
