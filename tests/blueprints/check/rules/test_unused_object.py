"""Variants that the rule unused-object finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "unused-object"
WRONG: dict[str, tuple[Edit, str]] = {
    "a ServiceAccount": (
        (
            "web/other.yaml",
            "",
            ("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other, namespace: web}\n"),
        ),
        "nobody uses ServiceAccount web/other",
    ),
    "a volume": (
        ("web/deployment.yaml", "            - name: tmp\n              mountPath: /tmp\n", ""),
        "no container mounts the volume tmp",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "what is offered elsewhere": (
        (
            "offered/other.yaml",
            "",
            ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: web}\n"),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
