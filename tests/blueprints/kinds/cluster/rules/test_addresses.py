"""Addresses: each in its network, and each of them once."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.rules import addresses
from blueprints.kinds.cluster.rules.estate import Estate
from tests.blueprints.kinds.cluster.specifications import (
    cluster,
    machines,
    metal,
    placed,
    tells,
    typed,
)

VIRTUAL = "clusters/0/environments/production"
HYBRID = "clusters/1/environments/production"
METAL = "clusters/2/environments/production"
SECOND = cluster(
    "second", "virtual", production=placed(1, "web", machines("master"), machines("web"))
)


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {f"{VIRTUAL}/api": "10.0.2.10"},
            f"{VIRTUAL}/api",
            "10.0.2.10 is not in web (10.0.1.0/24)",
            id="an API outside of its network",
        ),
        pytest.param(
            {f"{VIRTUAL}/api": "10.0.1.255"},
            f"{VIRTUAL}/api",
            "10.0.1.255 is not in web (10.0.1.0/24), or not a node's",
            id="an API at the broadcast address",
        ),
        pytest.param(
            {f"{VIRTUAL}/api": "10.0.1.1"},
            f"{VIRTUAL}/api",
            "10.0.1.1, the API of production-services, overlaps with the gateway of web (10.0.1.1)",
            id="an API at the gateway",
        ),
        pytest.param(
            {f"{VIRTUAL}/api": "10.0.1.130"},
            f"{VIRTUAL}/api",
            "overlaps with what DHCP gives of web (10.0.1.128-10.0.1.254)",
            id="an API that DHCP could give to a machine",
        ),
        pytest.param(
            {f"{METAL}/api": "10.0.3.21"},
            f"{METAL}/masters/servers/0/address",
            "10.0.3.21, of server-21 in production-data, overlaps with 10.0.3.21, the API of "
            "production-data",
            id="a node at the address of the API",
        ),
        pytest.param(
            {f"{VIRTUAL}/addresses": ["10.0.1.110-10.0.1.140"]},
            f"{VIRTUAL}/addresses/0",
            "overlaps with what DHCP gives of web",
            id="services where DHCP gives addresses",
        ),
        pytest.param(
            {f"{VIRTUAL}/addresses": ["10.0.1.100-10.0.1.110", "10.0.1.108/30"]},
            f"{VIRTUAL}/addresses/1",
            "10.0.1.108/30, for services of production-services, overlaps with 10.0.1.100-",
            id="two ranges of services that overlap",
        ),
        pytest.param(
            {f"{METAL}/addresses": ["10.0.3.20-10.0.3.25"]},
            f"{METAL}/masters/servers/0/address",
            "overlaps with 10.0.3.20-10.0.3.25, for services of production-data",
            id="a node where services get addresses",
        ),
        pytest.param(
            {f"{VIRTUAL}/addresses": ["10.0.7.0/28"]},
            f"{VIRTUAL}/addresses/0",
            "10.0.7.0/28 is not in web",
            id="services outside of the network",
        ),
        pytest.param(
            {f"{VIRTUAL}/addresses": ["2001:db8::/120"]},
            f"{VIRTUAL}/addresses/0",
            "2001:db8::/120 is not in web",
            id="services of another family",
        ),
        pytest.param(
            {f"{METAL}/workers/0/servers/0/address": "10.0.4.31"},
            f"{METAL}/workers/0/servers/0/address",
            "10.0.4.31 is not in servers (10.0.3.0/24)",
            id="a server outside of its network",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/nodes/0/address": "10.0.2.21"},
            f"{HYBRID}/workers/1/nodes/0/address",
            "10.0.2.21 is not in hsn (10.0.4.0/24)",
            id="an HPC node outside of its vCluster",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/nodes/1/address": "10.0.4.21"},
            f"{HYBRID}/workers/1/nodes/1/address",
            "of nid000022 in production-models, overlaps with 10.0.4.21, of nid000021",
            id="two nodes at one address",
        ),
        pytest.param(
            {f"{HYBRID}/workers/1/nodes/1/name": "nid000021"},
            f"{HYBRID}/workers/1/nodes/1/name",
            "nid000021 is in production-models (gpu) already: a node is in one cluster at a time",
            id="a node that stands twice",
        ),
        pytest.param(
            {f"{METAL}/workers/0/servers/0/name": "nid000021"},
            f"{METAL}/workers/0/servers/0/name",
            "nid000021 is in production-models (gpu) already",
            id="a node of another cluster",
        ),
        pytest.param(
            {f"{METAL}/workers/0/servers/0/mac": "02:00:00:00:00:15"},
            f"{METAL}/workers/0/servers/0/mac",
            "02:00:00:00:00:15 is the MAC address of server-21 already",
            id="two servers of one MAC address",
        ),
        pytest.param(
            {f"{METAL}/workers/0/servers/0/mac": "03:00:00:00:00:99"},
            f"{METAL}/workers/0/servers/0/mac",
            "is a group's address, no server's",
            id="a MAC address of a group",
        ),
        pytest.param(
            {"clusters/+": SECOND, "site/networks/0/shared": True},
            "clusters/3/environments/production/api",
            "10.0.1.10, the API of production-second, overlaps with 10.0.1.10, the API of "
            "production-services",
            id="two clusters of a shared VLAN at one address",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="each address once"),
        pytest.param({f"{VIRTUAL}/api": "10.0.1.127"}, id="an API just below DHCP"),
        pytest.param(
            {f"{VIRTUAL}/addresses": ["10.0.1.96/28", "10.0.1.112-10.0.1.127"]},
            id="ranges side by side",
        ),
        pytest.param({f"{METAL}/workers/0": metal("w", 254)}, id="the last address of a network"),
    ],
)
def test_what_can_be_is_taken(changes: dict[str, Any]) -> None:
    assert list(addresses.problems(Estate(typed(changes)))) == []
