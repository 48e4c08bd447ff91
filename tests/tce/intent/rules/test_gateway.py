"""The gateway, its tunnels, VLANs and switches: each address where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import ALPS, GONE, HOSPITAL, tells, typed

OWN = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"gateway/addresses/0": "10.90.13.1"},
            "gateway/addresses/0",
            "10.90.13.1 is no host's address in tce (10.90.12.0/24, 2001:db8:90:12::/64)",
            id="a gateway outside",
        ),
        pytest.param(
            {"gateway/addresses/0": "10.90.12.0"},
            "gateway/addresses/0",
            "10.90.12.0 is no host's address",
            id="the network's own address",
        ),
        pytest.param(
            {"gateway/addresses": ["10.90.12.1"]},
            "gateway/addresses",
            "addresses needs one IPv6 address, as tce has IPv6; it has none",
            id="a family without a default route",
        ),
        pytest.param(
            {"gateway/addresses": ["10.90.12.1", "10.90.12.2"]},
            "gateway/addresses",
            "addresses needs one IPv4 address, as tce has IPv4; it has 2",
            id="a family with two",
        ),
        pytest.param(
            {"gateway/router/0": "192.0.2.2"},
            "gateway/router/0",
            "192.0.2.2 is gateway.uplink already",
            id="the router's address is the gateway's",
        ),
        pytest.param(
            {"gateway/workers": ["10.90.12.2"]},
            "gateway/workers",
            "no zone is of the kind workers",
            id="a leg to nodes that are not there",
        ),
        pytest.param(
            {"vlan/uplink": 412},
            "vlan/uplink",
            "412 is vlan.id already: what shares a VLAN, shares it",
            id="one VLAN for two zones",
        ),
        pytest.param(
            {"vlan/id": 4095}, "vlan/id", "4095 is reserved", id="a VLAN that is reserved"
        ),
        pytest.param({"vlan/id": 1}, "vlan/id", "1 is every switch's default", id="VLAN 1"),
        pytest.param({"vlan/type": "L2VlanTrunkNetwork"}, "vlan/type", "a trunk", id="a trunk"),
        pytest.param(
            {"vlan/workers": 413}, "vlan/workers", "no zone is of the kind", id="a VLAN of nobody"
        ),
        pytest.param(
            {"vlan/cluster_network": "mgmt"},
            "vlan/cluster_network",
            "mgmt is Harvester's own",
            id="the hosts' own network",
        ),
        pytest.param(
            {"vlan/namespace": "default"},
            "vlan/namespace",
            "default is shared on Harvester",
            id="a namespace that others use",
        ),
        pytest.param({"vlan/nics/+": "ens2"}, "vlan/nics/1", "stands here twice", id="a NIC twice"),
        pytest.param(
            {"switches/0/interface": "Vlan412"},
            "switches/0/interface",
            "has to be Vlan411, where eos routes the transit zone",
            id="a filter at the wrong VLAN",
        ),
        pytest.param(
            {"switches/2/interface": "Vlan411"},
            "switches/2/interface",
            "has to be irb.411",
            id="an interface of another vendor",
        ),
        pytest.param(
            {"switches/1/name": "leaf1"}, "switches/1/name", "two switches", id="a name twice"
        ),
        pytest.param(
            {"switches/1/name": "perimeter"},
            "switches/1/name",
            "what results call something else",
            id="the perimeter's name",
        ),
        pytest.param(
            {"vpn/leg": "wg1"}, "vpn/leg", "no zone lies behind wg1", id="a tunnel to nowhere"
        ),
        pytest.param(
            {"vpn/addresses/0": "10.90.12.7"},
            "vpn/addresses/0",
            "10.90.12.7 is in tce, which does not lie behind the tunnel",
            id="the tunnel's own address in the environment",
        ),
        pytest.param(
            {"vpn/peers/0/zone": "hopsital"},
            "vpn/peers/0/zone",
            "did you mean hospital?",
            id="a peer of no zone",
        ),
        pytest.param(
            {"vpn/peers/0/zone": "tenants"},
            "vpn/peers/0/zone",
            "tenants lies behind up0, not behind wg0",
            id="a peer that leads around the tunnel",
        ),
        pytest.param(
            {"vpn/peers/0/public_key": OWN},
            "vpn/peers/0/public_key",
            "is the gateway's own",
            id="a key for both ends",
        ),
        pytest.param(
            {"vpn/peers/0/endpoint": "10.128.0.7"},
            "vpn/peers/0/endpoint",
            "10.128.0.7 is in tenants: the outside of the tunnel cannot be there",
            id="a tunnel to another tenant",
        ),
        pytest.param(
            {"vpn/peers/0/endpoint": "10.200.0.1"},
            "vpn/peers/0/endpoint",
            "10.200.0.1 is in hospital",
            id="a tunnel through itself",
        ),
        pytest.param(
            {
                "vpn/peers/0/endpoint": "2001:db8:cafe::1",
                "zones/transit/networks/1": GONE,
                "gateway/uplink/1": GONE,
                "gateway/router/1": GONE,
            },
            "vpn/peers/0/endpoint",
            "is IPv6, and gateway.uplink has no such address",
            id="a peer of a family that is not there",
        ),
        pytest.param(
            {"vpn/peers/0/endpoint": "::ffff:198.51.100.10"},
            "vpn/peers/0/endpoint",
            "is IPv4 written as IPv6",
            id="an endpoint that is IPv4 written as IPv6",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text, HOSPITAL)


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        ({"vlan/workers": GONE}, "vlan", "needs workers, the VLAN of gpu"),
        ({"vlan/workers": 421}, "vlan/workers", "421 is vlan.uplink already"),
        ({"gateway/workers": GONE}, "gateway", "workers needs one IPv4 address"),
        ({"vpn/peers/1/zone": "institute"}, "vpn/peers/1/zone", "WireGuard takes one"),
        ({"vpn/peers/1": GONE}, "vpn/peers", "none leads to partner"),
        ({"vpn/peers/1/name": "institute"}, "vpn/peers/1/name", "two ends of the name institute"),
    ],
)
def test_what_cannot_be_with_nodes_of_the_supercomputer_is_refused(
    changes: dict[str, Any], place: str, text: str
) -> None:
    tells(changes, place, text, ALPS)


def test_a_peer_may_be_of_either_family() -> None:
    typed({"vpn/peers/0/endpoint": "2001:db8:cafe::20"})
