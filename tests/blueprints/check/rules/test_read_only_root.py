"""Variants that the rule read-only-root finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "read-only-root"
WRONG: dict[str, tuple[Edit, str]] = {
    "a user that nobody names": (
        ("web/deployment.yaml", "        runAsUser: 10001\n", ""),
        "does not say runAsUser",
    ),
    "a folder without end": (
        (
            "web/deployment.yaml",
            "          emptyDir:\n            sizeLimit: 64Mi\n",
            "          emptyDir: {}\n",
        ),
        "may fill the node",
    ),
}

RIGHT: dict[str, tuple[Edit, ...]] = {
    "a user that OpenShift gives": (
        ("web/deployment.yaml", "        runAsUser: 10001\n", ""),
        (
            "web/deployment.yaml",
            "    metadata:\n      labels:",
            "    metadata:\n      annotations:\n"
            "        openshift.io/required-scc: restricted-v2\n      labels:",
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
