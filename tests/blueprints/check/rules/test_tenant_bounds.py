"""Variants that the rule tenant-bounds finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "tenant-bounds"
WRONG: dict[str, tuple[Edit, str]] = {
    "a lower Pod Security level": (
        ("platform/web/namespace.yaml", "enforce: restricted", "enforce: baseline"),
        "does not enforce",
    ),
    "another version": (
        ("platform/web/namespace.yaml", "warn-version: v1.33", "warn-version: v1.31"),
        "to one version",
    ),
    "no quota of pods": (
        ("platform/web/quota.yaml", '    pods: "20"\n', ""),
        "does not bound pods",
    ),
    "load balancers": (
        ("platform/web/quota.yaml", 'services.loadbalancers: "0"', 'services.loadbalancers: "1"'),
        "permits services.loadbalancers",
    ),
    "no default of memory": (
        ("platform/web/limits.yaml", "default: {cpu: 500m, memory: 1Gi}", "default: {cpu: 500m}"),
        "has no default of memory",
    ),
    "a limit beyond the quota": (
        ("platform/web/limits.yaml", 'max: {cpu: "8"', 'max: {cpu: "9"'),
        "is more than the quota limits.cpu",
    ),
    "a default below the default request": (
        ("platform/web/limits.yaml", "default: {cpu: 500m", "default: {cpu: 50m"),
        "defaultRequest of cpu is more than default",
    ),
    "a policy for some pods only": (
        ("platform/web/network.yaml", "podSelector: {}", "podSelector: {matchLabels: {a: b}}"),
        "no NetworkPolicy that denies all Egress",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
