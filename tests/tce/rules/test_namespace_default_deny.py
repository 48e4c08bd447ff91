"""Variants that the rule namespace-default-deny finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "namespace-default-deny"
NAMESPACE = "k8s/genomics.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "one direction": (
        (NAMESPACE, "    - Egress\n", ""),
        "Namespace genomics has no policy that denies all",
    ),
    "some pods": (
        (NAMESPACE, "podSelector: {}", "podSelector: {matchLabels: {a: b}}"),
        "has no policy that denies all",
    ),
    "a policy that allows": (
        (NAMESPACE, "    - Egress\n", "    - Egress\n  ingress:\n    - {}\n"),
        "has no policy that denies all",
    ),
    "another namespace": (
        (NAMESPACE, "  namespace: genomics", "  namespace: other"),
        "has no policy that denies all",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "one more policy": (
        NAMESPACE,
        "",
        (
            "---\n"
            "apiVersion: networking.k8s.io/v1\n"
            "kind: NetworkPolicy\n"
            "metadata: {name: b, namespace: genomics}\n"
            "spec: {podSelector: {}, ingress: [{}]}\n"
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
