"""Variants that the rule dns-egress finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "dns-egress"
TCP = "        - protocol: TCP\n          port: 53\n"
WRONG: dict[str, tuple[Edit, str]] = {
    "UDP only": (("names.yaml", TCP, ""), "port 53, UDP and TCP"),
    "another port": (("names.yaml", "          port: 53\n", "          port: 54\n"), "port 53"),
    "another server": (("names.yaml", "k8s-app: kube-dns", "k8s-app: proxy"), "name server"),
    "all of the namespace": (
        ("names.yaml", "              k8s-app: kube-dns\n", "              {}\n"),
        "not to its name server",
    ),
}
RIGHT: dict[str, Edit] = {
    "CoreDNS": ("names.yaml", "k8s-app: kube-dns", "app.kubernetes.io/name: coredns"),
    "another namespace": ("names.yaml", "metadata.name: kube-system", "metadata.name: monitoring"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
