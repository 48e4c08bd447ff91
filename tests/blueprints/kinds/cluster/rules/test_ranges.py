"""Ranges inside of clusters, families, room for nodes, packets."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import ranges
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import GONE, tells, typed

VIRTUAL = "clusters/0"
HYBRID = "clusters/1"
METAL = "clusters/2"
CANAL = {"name": "canal", "encryption": "none"}
SIX = {
    "site/networks/0/cidr": "2001:db8:1::/64",
    "site/networks/0/gateway": "2001:db8:1::1",
    "site/networks/0/dhcp": GONE,
    f"{VIRTUAL}/environments/production/api": "2001:db8:1::10",
    f"{VIRTUAL}/environments/production/addresses": ["2001:db8:1::100-2001:db8:1::1ff"],
    f"{VIRTUAL}/environments/tds": GONE,
}
"""The first cluster in a network of IPv6."""


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "10.42.0.0/16", "services": "10.42.128.0/20"}},
            f"{VIRTUAL}/ranges/services",
            "10.42.128.0/20 overlaps with that of pods (10.42.0.0/16)",
            id="services among pods",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "10.0.0.0/16"}},
            f"{VIRTUAL}/ranges/pods",
            "10.0.0.0/16 overlaps with the network web (10.0.1.0/24), which pods could not reach",
            id="pods where nodes are",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"services": "10.0.3.0/24"}},
            f"{VIRTUAL}/ranges/services",
            "overlaps with the network servers",
            id="services where nodes of another cluster are",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "10.90.0.0/16"}},
            f"{VIRTUAL}/ranges/pods",
            "overlaps with Ceph (10.90.0.0/24)",
            id="pods where Ceph is",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "198.51.0.0/16"}},
            f"{VIRTUAL}/ranges/pods",
            "overlaps with clients (198.51.100.0/24)",
            id="pods where people are",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"services": "2001:db8:43::/112"}},
            f"{VIRTUAL}/ranges/services",
            "2001:db8:43::/112 is IPv6 and pods have IPv4; a cluster has one family",
            id="services of another family than pods",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"services": "10.43.0.0/29"}},
            f"{VIRTUAL}/ranges/services",
            "10.43.0.0/29 has no tenth address, which is the cluster's DNS",
            id="too few services for a DNS",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "10.42.0.0/22"}},
            f"{VIRTUAL}/ranges/pods",
            "10.42.0.0/22 has room for the pods of 4 nodes (a /24 each), and production-services "
            "has 9",
            id="too few networks of pods for the nodes",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"pods": "10.42.0.0/25"}},
            f"{VIRTUAL}/ranges/pods",
            "has room for the pods of 0 nodes",
            id="a range of pods smaller than a node's",
        ),
        pytest.param(
            SIX,
            f"{VIRTUAL}/environments/production/network",
            "web is IPv6 and pods have IPv4 (ranges.pods); nodes and pods are of one family",
            id="nodes of IPv6 with pods of IPv4",
        ),
        pytest.param(
            {"site/networks/3/cidr": "2001:db8:4::/64", "site/networks/3/gateway": "2001:db8:4::1"},
            f"{HYBRID}/environments/production/workers/1/vcluster",
            "hsn is IPv6 and pods have IPv4",
            id="HPC nodes of another family",
        ),
        pytest.param(
            {f"{VIRTUAL}/ranges": {"domain": "example.org"}},
            f"{VIRTUAL}/ranges/domain",
            "example.org holds the site's own k8s.example.org",
            id="a cluster's domain that hides the site's",
        ),
        pytest.param(
            {f"{VIRTUAL}/cni": {"name": "canal", "encryption": "wireguard"}},
            f"{VIRTUAL}/cni/encryption",
            "canal encrypts nothing between nodes; take cilium or calico, or say encryption: none",
            id="canal with WireGuard",
        ),
        pytest.param(
            {f"{VIRTUAL}/cni": {"name": "canal"}},
            f"{VIRTUAL}/cni/name",
            "canal encrypts nothing between nodes",
            id="canal with the WireGuard that is there by default",
        ),
        pytest.param(
            {f"{METAL}/cni": {"mtu": 8871}},
            f"{METAL}/cni/mtu",
            "8871 is too large for production-data: servers carries 9000, of which the overlay "
            "takes 130; say 8870 or less",
            id="pods that fill a packet before WireGuard",
        ),
        pytest.param(
            {f"{METAL}/cni": {"mtu": 8951, "encryption": "none"}},
            f"{METAL}/cni/mtu",
            "of which the overlay takes 50; say 8950 or less",
            id="pods that fill a packet before VXLAN",
        ),
        pytest.param(
            {f"{HYBRID}/cni": {"mtu": 8870}},
            f"{HYBRID}/cni/mtu",
            "mixed carries 1500",
            id="the narrowest network of a hybrid cluster counts",
        ),
        pytest.param(
            {f"{VIRTUAL}/cni": {**CANAL, "mtu": 1500}},
            f"{VIRTUAL}/cni/mtu",
            "say 1450 or less",
            id="canal has an overlay too",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="RKE2's own ranges"),
        pytest.param({f"{METAL}/cni": {"mtu": 8870}}, id="pods that just fit below WireGuard"),
        pytest.param({f"{VIRTUAL}/cni": {**CANAL, "mtu": 1450}}, id="pods that just fit canal"),
        pytest.param({f"{VIRTUAL}/ranges": {"pods": "10.42.0.0/20"}}, id="room for sixteen nodes"),
        pytest.param(
            {
                f"{VIRTUAL}/ranges": {"pods": "10.50.0.0/16", "services": "10.51.0.0/16"},
                f"{HYBRID}/ranges": {"pods": "10.50.0.0/16", "services": "10.51.0.0/16"},
            },
            id="the same ranges inside of two clusters",
        ),
        pytest.param(
            {
                **SIX,
                f"{VIRTUAL}/ranges": {"pods": "2001:db8:42::/56", "services": "2001:db8:43::/112"},
            },
            id="a cluster of IPv6",
        ),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(ranges.problems(Estate(typed(changes)))) == []
