"""Variants that the rule node-encryption finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "node-encryption"
CNI = "k8s/cni/cilium.yaml"
REGISTER = "evidence/assumptions.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "nothing says so": (
        (REGISTER, "control-plane nodes are", "nothing is"),
        "control-plane nodes are left out of nodeEncryption",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "no encryption of nodes": (CNI, "nodeEncryption: true", "nodeEncryption: false"),
    "no node opts out": (
        CNI,
        "    ipv6:",
        ('    extraConfig: {node-encryption-opt-out-labels: ""}\n    ipv6:'),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
