"""Variants that the rule component-settings finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "component-settings"
WRONG: dict[str, tuple[Edit, str]] = {
    "a word that is missing": (
        ("store/etcd.yaml", "            - --snapshot-count=50000\n", ""),
        "without --snapshot-count=50000",
    ),
    "a word that is not known": (
        ("store/etcd.yaml", "--snapshot-count=50000", "--snapshot-counts=50000"),
        "with '--snapshot-counts=50000', which it does not know",
    ),
    "another port": (
        ("store/etcd.yaml", "containerPort: 2379", "containerPort: 2380"),
        "listens on 2379 and does not show it",
    ),
    "a mount that is missing": (
        ("store/etcd.yaml", "mountPath: /var/lib/etcd", "mountPath: /data"),
        "without a mount at /var/lib/etcd",
    ),
    "little time to end": (
        (
            "store/etcd.yaml",
            "terminationGracePeriodSeconds: 60",
            "terminationGracePeriodSeconds: 30",
        ),
        "less than 60 s to end",
    ),
    "two of it": (("store/etcd.yaml", "replicas: 1", "replicas: 3"), "of which there must be one"),
    "another path of a probe": (
        ("store/etcd.yaml", "path: /health,", "path: /healthz,"),
        "asks /healthz",
    ),
    "another name": (
        (
            "store/etcd.yaml",
            "      labels:\n        app.kubernetes.io/name: etcd",
            "      labels:\n        app.kubernetes.io/name: store",
        ),
        "its pods are labelled store",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
