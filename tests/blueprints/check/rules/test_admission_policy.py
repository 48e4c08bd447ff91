"""Variants that the rule admission-policy finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "admission-policy"
WRONG: dict[str, tuple[Edit, str]] = {
    "no binding": (
        ("policy.yaml", "policyName: no-node-ports", "policyName: other"),
        "is bound to nothing",
    ),
    "open when it fails": (
        ("policy.yaml", "failurePolicy: Fail", "failurePolicy: Ignore"),
        "admits everything that it cannot judge",
    ),
    "only audited": (("policy.yaml", "[Deny]", "[Audit]"), "does not deny anything"),
    "a variable that is not defined": (
        ("policy.yaml", "    - name: kind\n", "    - name: sort\n"),
        "uses the variable kind",
    ),
    "no message": (
        ("policy.yaml", "      message: a Service must not take a port of every node\n", ""),
        "does not say what is wrong",
    ),
    "no versions": (("policy.yaml", "        apiVersions: [v1]\n", ""), "no apiVersions"),
    "no namespace": (
        ("space.yaml", "", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"),
        "selects no namespace of the repository",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a namespace with the label": (
        (
            "space.yaml",
            "",
            ("apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {team: web}}\n"),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
