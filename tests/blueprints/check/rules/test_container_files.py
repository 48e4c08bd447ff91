"""Variants that the rule container-files finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

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

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
