from __future__ import annotations

from tce.render.kubernetes import namespaces
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every, read


def test_every_namespace_has_a_policy_that_denies_both_ways() -> None:
    """CIS Kubernetes 5.3.2; RKE2's own profile thinks of three namespaces only."""
    files = [*namespaces.files(typed())]
    denied = {
        one["metadata"]["namespace"]: one["spec"]
        for documents in read(files).values()
        for one in documents
        if one["kind"] == "NetworkPolicy"
    }
    spaces = every(files, "Namespace").keys() | {*namespaces.BUILT_IN}
    assert denied.keys() == spaces
    assert all(
        one == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} for one in denied.values()
    )


def test_pods_of_sandboxes_are_restricted() -> None:
    made = every(namespaces.files(typed()), "Namespace")
    for name in ("genomics", "inference"):
        labels = made[name]["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.33"


def test_no_quota_leaves_room_for_another_way_in() -> None:
    for one in every(namespaces.files(typed()), "ResourceQuota").values():
        assert one["spec"]["hard"]["services.loadbalancers"] == "0"
        assert one["spec"]["hard"]["services.nodeports"] == "0"


def test_nobody_reads_secrets_and_groups_are_those_of_tokens() -> None:
    files = [*namespaces.files(typed())]
    roles = every(files, "ClusterRole")
    assert roles.keys() == {"sandbox-viewer", "sandbox-member", "sandbox-admin"}
    assert not any(
        "secrets" in rule["resources"] for one in roles.values() for rule in one["rules"]
    )
    bound = read(files)["k8s/sandboxes/genomics/rights.yaml"]
    assert [one["subjects"][0]["name"] for one in bound] == [
        "oidc:genomics-leads",
        "oidc:genomics",
        "oidc:genomics-readers",
    ]
