"""Variants that the rule network-sides finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "network-sides"
WRONG: dict[str, tuple[Edit, str]] = {
    "a side that is missing": (
        (
            "network.yaml",
            (
                "  ingress:\n"
                "    - from:\n"
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "      ports:\n"
                "        - protocol: TCP\n"
                "          port: http\n"
            ),
            "",
        ),
        "and no policy of Deployment web/web does",
    ),
    "pods that are not there": (
        (
            "network.yaml",
            "              app.kubernetes.io/name: client\n      ports",
            "              app.kubernetes.io/name: customer\n      ports",
        ),
        "names pods that are not there",
    ),
    "no way to ask for names": (
        ("network.yaml", "        - protocol: UDP\n          port: 53\n", ""),
        "no policy lets it ask DNS",
    ),
    "a way that nobody uses": (
        ("client/deployment.yaml", "value: http://web:80", "value: quiet"),
        "which it is given no address of",
    ),
    "a door without an Ingress": (
        (
            "network.yaml",
            (
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "      ports"
            ),
            (
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "        - namespaceSelector:\n"
                "            matchLabels:\n"
                "              kubernetes.io/metadata.name: ingress\n"
                "      ports"
            ),
        ),
        "and no Ingress leads there",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a port by its number": (("network.yaml", "port: http", "port: 8080"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
