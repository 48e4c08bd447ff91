"""Zones: which there have to be, whose address is whose, and what lies behind which leg."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import ALPS, GONE, said, tells, typed


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"zones/tenants/networks/0": "10.90.0.0/16"},
            "zones/tenants/networks[0]",
            "10.90.0.0/16 overlaps with 10.90.12.0/24 of tce: an address is in one zone",
            id="overlapping zones",
        ),
        pytest.param(
            {"zones/tenants/networks/1": "2001:db8::/32"},
            "zones/",
            "overlaps with",
            id="overlapping zones of IPv6",
        ),
        pytest.param(
            {"zones/tenants/networks/+": "172.28.0.0/16"},
            "zones/fabric/networks[0]",
            "172.28.0.0/16 is in tenants too",
            id="a prefix in two zones",
        ),
        pytest.param(
            {"zones/tenants/networks/+": "10.128.7.0/24"},
            "zones/tenants/networks[2]",
            "10.128.7.0/24 and 10.128.0.0/10 overlap; once is enough",
            id="a prefix within another of its zone",
        ),
        pytest.param(
            {"zones/tce": GONE},
            "zones",
            "none is of the kind tce: the environment's own VLAN; add it",
            id="no environment",
        ),
        pytest.param(
            {"zones/tenants": GONE},
            "zones",
            "none is of the kind tenants",
            id="nobody to be kept away",
        ),
        pytest.param(
            {"zones/fabric/kind": "tce", "zones/fabric/leg": "tce1"},
            "zones/fabric/kind",
            "tce is of the kind tce already, and there is one of it",
            id="two environments",
        ),
        pytest.param(
            {"zones/gateway": {"kind": "fabric", "leg": "up0", "networks": ["10.2.0.0/16"]}},
            "zones/gateway",
            "gateway is what results call something else",
            id="a zone that is called as the gateway is",
        ),
        pytest.param(
            {"zones/internet/networks": ["203.0.113.0/24"]},
            "zones/internet/networks",
            "the internet is what no other zone has",
            id="an internet with networks",
        ),
        pytest.param(
            {"zones/fabric/networks": []},
            "zones/fabric",
            "fabric has no networks; only the internet has none",
            id="a zone without networks",
        ),
        pytest.param(
            {"zones/tce/networks/+": "10.91.0.0/24"},
            "zones/tce/networks[2]",
            "10.91.0.0/24 is the second IPv4 network of tce",
            id="two networks of a family in a VLAN",
        ),
        pytest.param(
            {"zones/fabric/leg": "tce0"},
            "zones/tce/leg",
            "fabric lies behind tce0 too, and nothing would stand between",
            id="a neighbour behind the environment's leg",
        ),
        pytest.param(
            {"zones/fabric/leg": "wg0"},
            "zones/fabric/leg",
            "wg0 is the tunnel",
            id="what is the provider's in the tunnel",
        ),
        pytest.param(
            {"zones/fabric/leg": "lo"},
            "zones/fabric/leg",
            "lo is the gateway's own loopback",
            id="loopback as a leg",
        ),
        pytest.param(
            {"ipv6": False},
            "zones/tce/networks[1]",
            "2001:db8:90:12::/64 is IPv6, and ipv6 is false",
            id="IPv6 that is off and has addresses",
        ),
        pytest.param(
            {"zones/fabric/networks/0": "::ffff:172.28.0.0/112"},
            "zones/fabric/networks[0]",
            "is IPv4 written as IPv6",
            id="IPv4 written as IPv6",
        ),
        pytest.param(
            {"zones/fabric/networks/0": "0.0.0.0/0"},
            "zones/fabric/networks[0]",
            "would be the whole world",
            id="the whole world",
        ),
        pytest.param(
            {"zones/fabric/networks/0": "172.28.0.1/16"},
            "zones/fabric/networks[0]",
            "has bits set behind its prefix; say 172.28.0.0/16",
            id="host bits",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    messages = said(changes)
    shown = place.replace("/", ".")
    assert any(f": {shown}" in one and text in one for one in messages), messages


def test_nodes_of_the_supercomputer_are_behind_a_leg_of_their_own() -> None:
    tells(
        {"zones/gpu/leg": "up0"},
        "zones/gpu/leg",
        "provider, tenants, fabric, internet lies behind up0 too",
        ALPS,
    )


def test_ipv6_that_is_off_is_told_at_every_address_of_it() -> None:
    messages = said({"ipv6": False})
    places = [one.split(": ")[1] for one in messages]
    assert {"gateway.addresses[1]", "vpn.addresses[1]", "flows[0].from.networks[1]"} <= set(places)
    assert len(places) == len(set(places))


def test_addresses_of_one_zone_may_be_behind_several_prefixes() -> None:
    typed({"zones/tenants/networks/+": "10.64.0.0/16"})
