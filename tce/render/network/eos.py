"""``network/switches/<name>.eos``: lists for Arista's EOS, bound to the transit interface."""

from typing import TYPE_CHECKING

from tce.intent.flows import Network
from tce.render.network import acl
from tce.render.network.lowering import Direction

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

_HEADER = """\
What {switch} lets pass at {interface} for the environment {name}, IPv4 and IPv6 (Arista EOS).

Load it in one step:
  configure session tce-{name}
  copy terminal: session-config       (paste this file, end with Control-D)
  show session-config diffs
  commit timer 00:05:00               (goes back by itself unless it is confirmed)
  configure session tce-{name} commit
Lists of other digests (tce-{name}-...) may then be deleted. Made from spec.yaml: change it there.
"""
_WORD = {4: "ip", 6: "ipv6"}


def text(spec: "Specification", switch: "Switch") -> str:
    """The file of one switch."""
    return acl.text(spec, switch, DIALECT)


def _network(one: Network) -> str:
    return f"host {one.network_address}" if one.prefixlen == one.max_prefixlen else str(one)


def _bound(version: int, name: str, direction: Direction) -> str:
    return f"   {_WORD[version]} access-group {name} {direction}"


DIALECT = acl.Dialect(
    header=_HEADER,
    begins=lambda version, name: f"{_WORD[version]} access-list {name}",
    network=_network,
    numbered=lambda number, said: f"   {number} {said}",
    icmp={4: "icmp", 6: "icmpv6"},
    bound=_bound,
)
