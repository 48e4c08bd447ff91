"""Variants that the rule service-shape finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "service-shape"
WRONG: dict[str, tuple[Edit, str]] = {
    "another name than the pods'": (
        ("web/service.yaml", "- name: http", "- name: web"),
        "calls web what its pods call http",
    ),
}
RIGHT: dict[str, Edit] = {
    "a number for the target": ("web/service.yaml", "targetPort: http", "targetPort: 8080"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_a_load_balancer_that_the_quota_does_not_grant(tmp_path: Path) -> None:
    quota = (
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: web}\n"
        "spec: {hard: {services.loadbalancers: '0'}}\n"
    )
    balanced = ("web/service.yaml", "type: ClusterIP", "type: LoadBalancer")
    assert said(tmp_path, RULE, balanced, ("web/quota.yaml", "", quota)) == [
        "Service web/web is a LoadBalancer; ResourceQuota web/q grants no services.loadbalancers"
    ]
