"""Variants that the rule specification finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "specification"
WRONG: dict[str, tuple[Edit, str]] = {
    "another class": (
        (
            "claim.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolumeClaim\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {storageClassName: fast}\n"
            ),
        ),
        "storage class that the site does not name",
    ),
    "another host": (
        (
            "config.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: web, namespace: web}\n"
                'data: {url: "https://www.example.net/"}\n'
            ),
        ),
        "names www.example.net",
    ),
    "another network": (
        (
            "network.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: NetworkPolicy\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}\n"
            ),
        ),
        "opens 192.0.2.0/24",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "no specification of sandboxes": (("spec.yaml", "blueprint: sandbox", "blueprint: cluster"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
