"""Variants that the rule update-strategy finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "update-strategy"
WRONG: dict[str, tuple[Edit, str]] = {
    "two pods and one claim": (
        ("web/deployment.yaml", "replicas: 1", "replicas: 2"),
        "and claim web of one node",
    ),
    "no pods": (("web/deployment.yaml", "replicas: 1", "replicas: 0"), "has no pods"),
    "no time to end": (
        (
            "web/deployment.yaml",
            "terminationGracePeriodSeconds: 30",
            "terminationGracePeriodSeconds: 0",
        ),
        "is killed without a chance to end",
    ),
    "a budget that forbids every drain": (
        (
            "budget.yaml",
            "",
            (
                "apiVersion: policy/v1\n"
                "kind: PodDisruptionBudget\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {minAvailable: 1, selector: {matchLabels: "
                "{app.kubernetes.io/name: web}}}\n"
            ),
        ),
        "no node can be drained",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
