"""MetalLB."""

from __future__ import annotations

from typing import Any

from blueprints.kinds.cluster.components.metallb import COMPONENT
from tests.blueprints.kinds.cluster.argocd import children, deployed, files, upstream
from tests.blueprints.kinds.cluster.places import HYBRID


def values() -> Any:
    (operator, _) = COMPONENT.children
    assert operator.shared is not None
    return operator.shared(HYBRID.site)


def test_both_ways_of_bgp_are_off_by_name() -> None:
    """FRR is on by default up to 0.15 (`speaker.frr.enabled`), FRR-K8s after it
    (`frrk8s.enabled`): charts/metallb/values.yaml of metallb/metallb."""
    assert values()["speaker"]["frr"] == {"enabled": False}
    assert values()["frrk8s"] == {"enabled": False}


def test_speakers_stay_off_the_supercomputers_nodes() -> None:
    """Layer 2 answers in the network of the cluster; nodes of Alps are in another VLAN."""
    (app,) = [
        one
        for one in children("cluster", HYBRID.id)
        if one["metadata"]["name"].endswith("-metallb")
    ]
    found = upstream(files(), app)
    assert found is not None
    assert "tolerations" not in found[1]["speaker"]


def test_the_pool_is_the_deployments_addresses() -> None:
    (app,) = [
        one
        for one in children("cluster", HYBRID.id)
        if one["metadata"]["name"].endswith("-metallb-config")
    ]
    pool, advertisement = deployed(files(), app)
    assert pool["spec"] == {
        "addresses": ["10.21.1.0-10.21.1.127"],
        "autoAssign": True,
        "avoidBuggyIPs": True,
    }
    assert advertisement["spec"] == {"ipAddressPools": ["services"]}


def test_speakers_may_have_the_hosts_network() -> None:
    assert COMPONENT.security == "privileged"
