"""``network/switches/<name>.ios``: lists for Cisco's IOS and IOS-XE, bound to the interface.

Lines have no numbers: releases do not agree on those of remarks, and a list that nobody has touched
keeps the order of its lines. In a list of IPv6, IOS lets neighbour discovery pass before what it
denies at the end without being told; the written ``deny ipv6 any any`` comes before that.
"""

from typing import TYPE_CHECKING

from tce.intent.flows import Network
from tce.render.network import acl
from tce.render.network.lowering import Direction

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

_HEADER = """\
What {switch} lets pass at {interface} for the environment {name}, IPv4 and IPv6 (Cisco IOS).

Load it with a way back:
  configure terminal revert timer 5   (goes back by itself unless it is confirmed)
  (paste this file), end
  configure confirm
Lists come first, the interface changes over last: it is never without one. Lists of other digests
(tce-{name}-...) may then be deleted. Made from spec.yaml: change it there.
"""


def text(spec: "Specification", switch: "Switch") -> str:
    """The file of one switch."""
    return acl.text(spec, switch, DIALECT)


def _begins(version: int, name: str) -> str:
    return f"ip access-list extended {name}" if version == 4 else f"ipv6 access-list {name}"


def _network(one: Network) -> str:
    if one.prefixlen == one.max_prefixlen:
        return f"host {one.network_address}"
    return f"{one.network_address} {one.hostmask}" if one.version == 4 else str(one)


def _bound(version: int, name: str, direction: Direction) -> str:
    word = "ip access-group" if version == 4 else "ipv6 traffic-filter"
    return f" {word} {name} {direction}"


DIALECT = acl.Dialect(
    header=_HEADER,
    begins=_begins,
    network=_network,
    numbered=lambda _, said: f" {said}",
    icmp={4: "icmp", 6: "icmp"},
    bound=_bound,
)
