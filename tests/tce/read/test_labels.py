"""Which labels make an identity: the defaults that Cilium documents, case by case."""

import pytest

from tce.read.labels import NAMESPACE, Requirement, Selector, identity, pod_labels, reserved


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("app", True),
        ("app.kubernetes.io/name", True),
        ("io.kubernetes.pod.namespace", True),
        ("batch.kubernetes.io/job-name", True),
        ("kubernetes.io/metadata.name", False),
        ("statefulset.kubernetes.io/pod-name", False),
        ("apps.kubernetes.io/pod-index", False),
        ("batch.kubernetes.io/job-completion-index", False),
        ("topology.beta.kubernetes.io/zone", False),
        ("k8s.io/thing", False),
        ("pod-template-hash", False),
        ("controller-revision-hash", False),
        ("annotation.x", False),
        ("etcd_node", False),
    ],
)
def test_labels_that_make_no_identity_are_seen_by_no_policy(key: str, seen: bool) -> None:
    assert bool(identity({key: "x"})) == seen


def test_a_pod_has_the_labels_of_its_namespace_and_account() -> None:
    found = pod_labels("one", {"tier": "a"}, {"app": "web", "io.cilium.k8s.policy.x": "y"}, "bot")
    assert found["k8s", "app"] == "web"
    assert found["k8s", NAMESPACE] == "one"
    assert found["k8s", "io.cilium.k8s.namespace.labels.tier"] == "a"
    assert found["k8s", "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"] == "one"
    assert found["k8s", "io.cilium.k8s.policy.serviceaccount"] == "bot"
    assert ("k8s", "io.cilium.k8s.policy.x") not in found


POD = pod_labels("one", {}, {"app": "web"})


@pytest.mark.parametrize(
    ("requirement", "holds"),
    [
        (Requirement("k8s", "app", "In", ("web", "db")), True),
        (Requirement("any", "app", "In", ("db",)), False),
        (Requirement("k8s", "app", "NotIn", ("db",)), True),
        (Requirement("k8s", "app", "NotIn", ("web",)), False),
        (Requirement("k8s", "gone", "NotIn", ("web",)), True),
        (Requirement("k8s", "gone", "DoesNotExist"), True),
        (Requirement("k8s", "app", "DoesNotExist"), False),
        (Requirement("any", "app", "Exists"), True),
        (Requirement("reserved", "host", "Exists"), False),
    ],
)
def test_requirements_are_kubernetes_own(requirement: Requirement, holds: bool) -> None:
    assert requirement.holds(POD) == holds
    assert Selector((requirement,)).selects(POD) == holds


def test_an_empty_selector_selects_all() -> None:
    assert Selector().selects(POD)
    assert Selector().selects(reserved("host"))
    assert Selector().namespaces is None
    chosen = Selector().and_(Requirement("k8s", NAMESPACE, "In", ("one",)))
    assert chosen.namespaces == ("one",)
