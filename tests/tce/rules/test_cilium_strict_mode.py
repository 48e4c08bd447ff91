"""Variants that the rule cilium-strict-mode finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "cilium-strict-mode"
CNI = "k8s/cni/cilium.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "no strict mode": (
        (
            CNI,
            "        egress:\n          enabled: true",
            "        egress:\n          enabled: false",
        ),
        "without strict mode packets leave in the clear",
    ),
    "the old key": (
        (
            CNI,
            ("        egress:\n          enabled: true\n          cidr: 10.42.0.0/16"),
            "        enabled: true",
        ),
        "strictMode.enabled is not read from Cilium 1.19 on",
    ),
    "no encryption": (
        (CNI, "    encryption:\n      enabled: true", "    encryption:\n      enabled: false"),
        "what goes from node to node is not encrypted",
    ),
    "another range": (
        ("rke2/config.yaml", "", "cluster-cidr: 10.52.0.0/16\n"),
        "strict mode is about 10.42.0.0/16, and pods are in 10.52.0.0/16",
    ),
    "IPv6": (
        (CNI, "ipv6:\n      enabled: false", "ipv6:\n      enabled: true"),
        "strict mode sees IPv4 only",
    ),
    "IPsec": (
        (CNI, "type: wireguard", "type: ipsec"),
        "the host firewall does not work with IPsec",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "both keys": (
        CNI,
        "        egress:",
        ("        enabled: true\n        cidr: 10.42.0.0/16\n        egress:"),
    ),
    "the range of pods": ("rke2/config.yaml", "", "cluster-cidr: 10.42.0.0/16\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
