"""``network/vpn/``: both ends of each tunnel, with public keys only.

A private key is made on its host and read from a file there when the interface comes up; nothing
that is rendered names more of it than its path. A key says which addresses may come by it
(AllowedIPs): of a peer, the networks of its zone and nothing else.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from blueprints.emit.text import comment
from blueprints.engine.blueprint import File
from tce.intent.flows import Network, fewest

if TYPE_CHECKING:
    from tce.intent.spec import Peer, Specification

FOLDER = "network/vpn"
OVERHEAD = 80
"""Bytes that WireGuard puts around a packet, at most: IPv6, UDP and its own."""
USUAL, LEAST = 1500, 1280
"""Between sites nothing larger is sure to pass; IPv6 needs as much (RFC 8200, section 5)."""
KEY = "/etc/wireguard/{interface}.key"
"""The private key, readable by root alone; made by ``wg genkey`` on the host."""
_GATEWAY = """\
The tunnel's end at the environment's gateway of {name}: lies at /etc/wireguard/{leg}.conf there.

Its private key is made on the gateway and never leaves it:
  umask 077; wg genkey > {key}; wg pubkey < {key}
Made from spec.yaml: change it there.
"""
_PEER = """\
The tunnel's end at the peer {peer}, towards the environment {name}.
Lies at /etc/wireguard/{interface}.conf there. Its private key is made there and never leaves it:
  umask 077; wg genkey > {key}; wg pubkey < {key}
Made from spec.yaml: change it there.
"""


def files(spec: "Specification") -> Iterator[File]:
    """The gateway's, and one for each peer."""
    yield File(f"{FOLDER}/gateway.conf", gateway(spec).encode())
    for peer in spec.vpn.peers:
        yield File(f"{FOLDER}/{peer.name}.conf", far_end(spec, peer).encode())


def gateway(spec: "Specification") -> str:
    """``wg-quick``'s file for the gateway."""
    key = KEY.format(interface=spec.vpn.leg)
    head = _GATEWAY.format(name=spec.name, leg=spec.vpn.leg, key=key)
    own = [f"Address = {', '.join(map(_address, spec.vpn.addresses))}"] * bool(spec.vpn.addresses)
    lines = [*_interface(spec, own, spec.vpn.port, key)]
    for peer in spec.vpn.peers:
        lines += [
            "",
            f"# {peer.name}",
            "[Peer]",
            f"PublicKey = {peer.public_key}",
            f"Endpoint = {_endpoint(peer.endpoint, peer.port)}",
            f"AllowedIPs = {_listed(_of(spec, [peer.zone]))}",
        ]
    return comment(head) + "".join(f"{line}\n" for line in lines)


def far_end(spec: "Specification", peer: "Peer") -> str:
    """``wg-quick``'s file for a peer: the environment's addresses, by the gateway alone."""
    interface = f"tce-{spec.name}"[:15]
    key = KEY.format(interface=interface)
    head = _PEER.format(peer=peer.name, name=spec.name, interface=interface, key=key)
    lines = [*_interface(spec, (), peer.port, key)]
    inside = [name for name, zone in spec.zones.items() if zone.kind in ("tce", "workers")]
    own = [ipaddress.ip_network(one) for one in spec.vpn.addresses]
    lines += [
        "",
        "# the environment's gateway",
        "[Peer]",
        f"PublicKey = {spec.vpn.public_key}",
        *(
            f"Endpoint = {_endpoint(one, spec.vpn.port)}"
            for one in spec.gateway.uplink
            if _version(one) == _version(peer.endpoint)
        ),
        f"AllowedIPs = {_listed((*_of(spec, inside), *own))}",
    ]
    return comment(head) + "".join(f"{line}\n" for line in lines)


def _interface(
    spec: "Specification", addresses: Iterable[str], port: int, key: str
) -> Iterator[str]:
    yield "[Interface]"
    yield from addresses
    yield f"ListenPort = {port}"
    yield f"MTU = {max(LEAST, min(spec.vlan.mtu, USUAL) - OVERHEAD)}"
    yield f"PostUp = wg set %i private-key {key}"


def _of(spec: "Specification", zones: Iterable[str]) -> tuple[Network, ...]:
    every = [ipaddress.ip_network(one) for name in zones for one in spec.zones[name].networks]
    return (*fewest(every, 4), *fewest(every, 6))


def _listed(networks: Iterable[Network]) -> str:
    return ", ".join(map(str, networks))


def _address(text: str) -> str:
    return str(ipaddress.ip_network(text))


def _version(text: str) -> int:
    return ipaddress.ip_address(text).version


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if _version(address) == 6 else f"{address}:{port}"
