"""Variants that the rule policy-enforcement finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "policy-enforcement"
CNI = "k8s/cni/cilium.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "the default mode": (
        (CNI, "Mode: always", "Mode: default"),
        "in the mode default what no policy selects may do everything",
    ),
    "no mode": ((CNI, "    policyEnforcementMode: always\n", ""), "in the mode default"),
    "audit": (
        (CNI, "    hostFirewall:", "    policyAuditMode: true\n    hostFirewall:"),
        "only tells what policies would drop",
    ),
    "addresses that are nodes": (
        (CNI, "    hostFirewall:", "    policyCIDRMatchMode: nodes\n    hostFirewall:"),
        "reach nodes too",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another chart": (CNI, "rke2-cilium", "rke2-coredns"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
