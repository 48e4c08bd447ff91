from __future__ import annotations

import re

import pytest

from tce.render.network.wireguard import far_end, files, gateway
from tests.golden import Golden
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_examples_render_to_their_golden_files(golden: Golden, example: str) -> None:
    for file in files(typed(example=example)):
        golden.check(f"{example}-{file.path.rpartition('/')[2]}", file.content.decode())


def test_no_file_has_a_place_for_a_private_key() -> None:
    for file in files(typed(example=ALPS)):
        text = file.content.decode()
        keys = {line.partition("=")[0].strip() for line in text.splitlines() if "=" in line}
        assert not {"PrivateKey", "PresharedKey"} & keys
        assert "PublicKey" in keys
        assert re.search(r"^PostUp = wg set %i private-key /etc/wireguard/\S+\.key$", text, re.M)


def test_a_peer_may_send_from_its_zone_only() -> None:
    spec = typed(example=ALPS)
    allowed = re.findall(r"^AllowedIPs = (.*)$", gateway(spec), re.M)
    assert allowed == [
        "10.210.0.0/16, 2001:db8:210::/48",
        "10.211.8.0/24, 2001:db8:211:8::/64",
    ]


def test_a_peer_takes_from_the_gateway_what_is_the_environments_own() -> None:
    spec = typed()
    (allowed,) = re.findall(r"^AllowedIPs = (.*)$", far_end(spec, spec.vpn.peers[0]), re.M)
    assert allowed == (
        "10.90.12.0/24, 2001:db8:90:12::/64, 10.200.255.2/32, 2001:db8:200:ff::2/128"
    )


def test_ends_name_each_other_in_the_family_of_the_way_between_them() -> None:
    spec = typed(example=ALPS)
    ends = [re.findall(r"^Endpoint = (.*)$", far_end(spec, one), re.M) for one in spec.vpn.peers]
    assert ends == [["192.0.2.10:51821"], ["[2001:db8:91:11::2]:51821"]]


def test_packets_fit_into_the_way_and_ipv6_into_the_tunnel() -> None:
    for size, inside in ((1500, 1420), (9000, 1420), (1400, 1320), (1280, 1280)):
        assert f"\nMTU = {inside}\n" in gateway(typed({"vlan/mtu": size}))
