"""Variants that the rule probes finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "probes"
WRONG: dict[str, tuple[Edit, str]] = {
    "no way to ask": (
        ("web/deployment.yaml", "            httpGet: {path: /alive, port: http}\n", ""),
        "must ask in exactly one way",
    ),
    "no path": (
        ("web/deployment.yaml", "{path: /alive, port: http}", "{port: http}"),
        "asks for no path",
    ),
    "little patience": (
        ("web/deployment.yaml", "            periodSeconds: 20\n", ""),
        "soon after it is taken out",
    ),
    "little time to start": (
        ("web/deployment.yaml", "            failureThreshold: 12\n", ""),
        "s to start",
    ),
    "the default time-out": (
        (
            "web/deployment.yaml",
            "            timeoutSeconds: 5\n            failureThreshold: 12\n",
            "            failureThreshold: 12\n",
        ),
        "waits 1 s for an answer",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
