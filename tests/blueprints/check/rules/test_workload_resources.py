"""Variants that the rule workload-resources finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "workload-resources"
WRONG: dict[str, tuple[Edit, str]] = {
    "no limit": (
        ("web/deployment.yaml", "limits: {cpu: 250m, memory: 256Mi,", "limits: {cpu: 250m,"),
        "has no limits of memory",
    ),
    "a request above its limit": (
        ("web/deployment.yaml", "requests: {cpu: 250m", "requests: {cpu: 500m"),
        "requests more cpu than its limit",
    ),
    "more than the quota": (
        (
            "quota.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ResourceQuota\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {hard: {requests.cpu: 100m}}\n"
            ),
        ),
        "need 0.25 of requests.cpu",
    ),
    "more than the LimitRange": (
        (
            "limits.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: LimitRange\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {limits: [{type: Container, max: {memory: 128Mi}}]}\n"
            ),
        ),
        "the LimitRange permits 128Mi",
    ),
    "claims beyond the quota": (
        (
            "quota.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ResourceQuota\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {hard: {requests.storage: 1Gi}}\n"
                "---\n"
                "apiVersion: v1\n"
                "kind: PersistentVolumeClaim\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {resources: {requests: {storage: 2Gi}}}\n"
            ),
        ),
        "the claims of namespace web need",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "more cpu than asked for": (
        ("web/deployment.yaml", "limits: {cpu: 250m", 'limits: {cpu: "1"'),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
