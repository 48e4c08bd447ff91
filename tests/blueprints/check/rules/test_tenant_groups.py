"""Variants that the rule tenant-groups finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "tenant-groups"
WRONG: dict[str, tuple[Edit, str]] = {
    "a role that nobody has": (
        ("platform/web/rbac.yaml", "name: tenant-viewer", "name: tenant-reader"),
        "nobody is viewer in namespace web",
    ),
    "one group in two roles": (
        ("platform/project.yaml", "groups: [web-members]", "groups: [web-viewers]"),
        "group web-viewers is already viewer of web",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "groups without a prefix": (("platform/web/rbac.yaml", "oidc:web-viewers", "web-viewers"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
