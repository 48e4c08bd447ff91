"""Variants that the rule cilium-selector finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "cilium-selector"
POLICY = "web/cilium.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "a key that is reserved": (
        (POLICY, "      app.kubernetes.io/name: web", "      host: web"),
        "host is also Cilium's reserved label",
    ),
    "in an expression": (
        (
            POLICY,
            "    matchLabels:\n      app.kubernetes.io/name: web",
            ("    matchExpressions:\n      - {key: world, operator: Exists}"),
        ),
        "world is also Cilium's reserved label",
    ),
    "of a peer": (
        (
            POLICY,
            "    - fromEntities:\n        - ingress\n",
            ("    - fromEndpoints:\n        - matchLabels: {ingress: x}\n"),
        ),
        "ingress is also",
    ),
    "nodes with labels": (
        (
            POLICY,
            "",
            (
                "---\n"
                "apiVersion: cilium.io/v2\n"
                "kind: CiliumClusterwideNetworkPolicy\n"
                "metadata: {name: n}\n"
                "spec: {nodeSelector: {matchLabels: {a: b}}, ingress: [{}]}\n"
            ),
        ),
        "which nodes have these labels nothing here says",
    ),
    "pods that hide": (
        (
            POLICY,
            "",
            (
                "---\n"
                "apiVersion: apps/v1\n"
                "kind: Deployment\n"
                "metadata: {name: h, namespace: web}\n"
                "spec: {template: {metadata: {labels: {host: a}}, spec: "
                "{containers: []}}}\n"
            ),
        ),
        "Deployment web/h: at pods labelled host policies are not enforced",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "with its source": (POLICY, "      app.kubernetes.io/name: web", "      k8s:host: web"),
    "every node": (
        POLICY,
        "",
        (
            "---\n"
            "apiVersion: cilium.io/v2\n"
            "kind: CiliumClusterwideNetworkPolicy\n"
            "metadata: {name: n}\n"
            "spec: {nodeSelector: {}, ingress: [{}]}\n"
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
