"""What is found of tunnels that take or send more than is declared, or less."""

from __future__ import annotations

import base64

import pytest

from tests.tce.prove.small import OWN_KEY, PEER_KEY, of_links, said

GATEWAY, HOME = "network/vpn/gateway.conf", "network/vpn/home.conf"
OTHER = base64.b64encode(b"\3" * 32).decode()
Edit = tuple[str, str, str]
WRONG: dict[str, tuple[Edit, str]] = {
    "all addresses": (
        (GATEWAY, "10.200.0.0/16", "0.0.0.0/0"),
        "link network/vpn/gateway.conf:10 takes 0.0.0.0/0, which is not all behind home",
    ),
    "a bit more": ((GATEWAY, "10.200.0.0/16", "10.200.0.0/15"), "takes 10.200.0.0/15"),
    "the other family": (
        (GATEWAY, "AllowedIPs = 10.200.0.0/16", "AllowedIPs = 10.200.0.0/16, ::/0"),
        "takes ::/0",
    ),
    "less than flows name": (
        (GATEWAY, "10.200.0.0/16", "10.200.0.0/17"),
        "does not take 10.200.128.0, which flows name",
    ),
    "another key": ((GATEWAY, PEER_KEY, OTHER), "a peer whose key nobody declares"),
    "a peer that is missing": ((GATEWAY, PEER_KEY, OTHER), "the peer home is missing"),
    "one more peer": (
        (GATEWAY, "", f"[Peer]\nPublicKey = {OTHER}\nAllowedIPs = 10.201.0.0/16\n"),
        "link network/vpn/gateway.conf:11 a peer whose key nobody declares",
    ),
    "another endpoint": (
        (GATEWAY, "198.51.100.10:51820", "198.51.100.11:51820"),
        "speaks to 198.51.100.11 port 51820: not declared",
    ),
    "another port": (
        (GATEWAY, "ListenPort = 51820", "ListenPort = 51821"),
        "listens at 51821, where 51820 is declared",
    ),
    "another address of its own": (
        (GATEWAY, "10.200.255.2/32", "10.200.255.3/32"),
        "its addresses are 10.200.255.3/32: not as declared",
    ),
    "no private key": (
        (GATEWAY, "PostUp = wg set %i private-key /etc/wireguard/wg0.key\n", ""),
        "takes its private key from no file of the host",
    ),
    "a far end that sends everything": (
        (HOME, "10.90.12.0/24", "0.0.0.0/0"),
        "link network/vpn/home.conf:8 takes 0.0.0.0/0, which is not all behind it",
    ),
    "a far end that lacks a network": (
        (HOME, "10.90.12.0/24, ", ""),
        "does not take 10.90.12.0, which flows name",
    ),
    "a far end with another gateway": (
        (HOME, OWN_KEY, OTHER),
        "its only peer has to be the gateway",
    ),
    "an end that nobody declares": (
        ("network/vpn/backdoor.conf", "", "[Interface]\n"),
        "link network/vpn/backdoor.conf:1 an end that is not declared",
    ),
    "a key in the repository": (
        (GATEWAY, "ListenPort", f"PrivateKey = {OTHER}\nListenPort"),
        "parse network/vpn/gateway.conf:4 privatekey, a secret in the repository",
    ),
    "a command": (
        (GATEWAY, "PostUp = wg set", "PostUp = iptables -F; wg set"),
        "parse network/vpn/gateway.conf:5 postup: not modelled",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_declared_is_found(name: str) -> None:
    edit, words = WRONG[name]
    messages = said(of_links(edit))
    assert any(words in message for message in messages), messages


def test_two_peers_with_one_address_are_told() -> None:
    second = "    - {name: home, zone: home, endpoint: 198.51.100.10, public_key: " + PEER_KEY + "}"
    both = (
        f"{second}\n    - {{name: more, zone: home, endpoint: 198.51.100.11, public_key: {OTHER}}}"
    )
    peer = f"[Peer]\nPublicKey = {OTHER}\nAllowedIPs = 10.200.0.0/16\n"
    messages = said(of_links(("spec.yaml", second, both), (GATEWAY, "", peer)))
    assert any("takes addresses that the peer of line 7 has too" in one for one in messages)
    assert any("network/vpn/more.conf:0 there is no such file" in one for one in messages)
