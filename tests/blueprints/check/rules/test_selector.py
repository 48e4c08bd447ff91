"""Variants that the rule selector finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "selector"
WRONG: dict[str, tuple[Edit, str]] = {
    "its own pods": (
        (
            "web/deployment.yaml",
            "    matchLabels:\n      app.kubernetes.io/name: web",
            "    matchLabels:\n      app.kubernetes.io/name: site",
        ),
        "does not select its own pods",
    ),
    "a policy without pods": (
        (
            "network.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: NetworkPolicy\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {podSelector: {matchLabels: {app.kubernetes.io/name: site}}}\n"
            ),
        ),
        "selects pods that are not there",
    ),
    "a budget for all": (
        (
            "budget.yaml",
            "",
            (
                "apiVersion: policy/v1\n"
                "kind: PodDisruptionBudget\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {maxUnavailable: 1, selector: {}}\n"
            ),
        ),
        "selects every pod of its namespace",
    ),
    "fewer labels than the workload": (
        (
            "web/deployment.yaml",
            (
                "    matchLabels:\n"
                "      app.kubernetes.io/name: web\n"
                "  template:\n"
                "    metadata:\n"
                "      labels:\n"
            ),
            (
                "    matchLabels:\n"
                "      app.kubernetes.io/name: web\n"
                "      tier: front\n"
                "  template:\n"
                "    metadata:\n"
                "      labels:\n"
                "        tier: front\n"
            ),
        ),
        "without tier",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "pods that are somebody else's": (
        (".tutela-check.yaml", "", "external: {namespaces: [kube-system]}\n"),
        (
            "network.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: NetworkPolicy\n"
                "metadata: {name: names, namespace: kube-system}\n"
                "spec: {podSelector: {matchLabels: {k8s-app: kube-dns}}}\n"
            ),
        ),
    ),
    "an expression": (
        (
            "web/deployment.yaml",
            "    matchLabels:\n      app.kubernetes.io/name: web\n  template",
            (
                "    matchExpressions:\n"
                "      - {key: app.kubernetes.io/name, operator: In, values: [web]}\n"
                "  template"
            ),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
