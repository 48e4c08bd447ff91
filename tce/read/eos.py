"""Arista EOS: ``ip access-list``, ``ipv6 access-list`` and what interfaces bind of them.

From the EOS user manual, "ACLs and Route Maps" (arista.com/um-eos/eos-acls-and-route-maps): the
first entry that fits decides, what none fits is dropped; ``/24`` or a wildcard mask, contiguous or
not; ports by eq, neq, gt, lt and range, ten at most; ``fragments`` is a fragment offset that is not
0. Every list of IPv6 lets neighbour discovery past the default drop by four rules of its own: taken
here to be ICMPv6 133 to 136 from and to anywhere, unless an entry drops everything before that. The
manual does not say what an entry with ports does with later fragments. Taken is what lets more of
them pass, as on IOS: a permit lets pass all with its addresses, a deny stops none.

Standard lists, ``hop-limit``, ``ttl``, ``dscp``, ``tracked``, ``nexthop-group`` are not modelled.
"""

from collections.abc import Sequence

from tce.read.acl_config import Block, Line, blocks
from tce.read.acl_entry import NO_GROUPS, Dialect
from tce.read.acl_lists import AccessList, Config, Vendor, filters, interface
from tce.read.acl_names import (
    EOS_ICMP6,
    EOS_TCP_PORTS,
    EOS_UDP_PORTS,
    ICMP,
    PROTOCOLS,
)
from tce.read.refuse import refuse
from tce.space.filter import Filter
from tce.space.header import Family

_DIALECT = Dialect(
    any_word={4: "ip", 6: "ipv6"},
    protocols={
        4: PROTOCOLS,
        6: {"icmpv6": 58, "ospf": 89, "sctp": 132, "tcp": 6, "udp": 17},
    },
    tcp_ports=EOS_TCP_PORTS,
    udp_ports=EOS_UDP_PORTS,
    messages={4: ICMP, 6: EOS_ICMP6},
    slashes=True,
    flag_words=True,
    signed_flags=False,
)
_ELSEWHERE = frozenset(
    (
        "aaa",
        "agent",
        "alias",
        "boot",
        "clock",
        "daemon",
        "dns",
        "enable",
        "end",
        "errdisable",
        "event-handler",
        "exit",
        "hostname",
        "lacp",
        "lldp",
        "load-interval",
        "logging",
        "management",
        "mac",
        "mlag",
        "monitor",
        "ntp",
        "peer-filter",
        "prompt",
        "queue-monitor",
        "radius-server",
        "router",
        "schedule",
        "service",
        "sflow",
        "snmp-server",
        "spanning-tree",
        "switchport",
        "system",
        "tacacs-server",
        "terminal",
        "transceiver",
        "username",
        "vlan",
        "vrf",
    )
)
"""What begins lines at the margin that filter nothing between interfaces."""
_VLAN_FILTERS = (("vlan", "filter"), ("vlan", "access-map"))
_IP_ELSEWHERE = frozenset(
    {"domain", "domain-name", "host", "name-server", "prefix-list", "route", "routing"}
    | {"ssh", "unicast-routing", "virtual-router"}
)
_ON_INTERFACES = frozenset(
    {"bandwidth", "description", "ip", "ipv6", "load-interval", "logging", "mtu", "shutdown"}
    | {"speed", "vrf"}
)
_IP_ON_INTERFACES = frozenset(("address", "enable", "helper-address", "nd", "ospf", "virtual"))


def _harmless(words: tuple[str, ...]) -> bool:
    said = words[1:] if words[0] == "no" else words
    if said[0] in ("ip", "ipv6"):
        return len(said) > 1 and said[1] in _IP_ON_INTERFACES
    return said[0] in _ON_INTERFACES or said == ("autostate",)


_VENDOR = Vendor(
    format="eos",
    dialect=_DIALECT,
    implicit={6: (133, 134, 135, 136)},
    bindings={"ip access-group": 4, "ipv6 access-group": 6},
    harmless=_harmless,
)


def read(text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """Four filters for each interface with a list; raises NotModelledError. Legs mean nothing."""
    config = Config()
    for block in blocks(text, file):
        _take(config, block, file)
    return filters(config, _VENDOR, NO_GROUPS, file)


def _take(config: Config, block: Block, file: str) -> None:
    words = block.head.words
    off = words[0] == "no"
    said = words[1:] if off else words
    if said[:2] in (("ip", "access-list"), ("ipv6", "access-list")):
        if len(said) != 3:
            raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")
        family: Family = 4 if said[0] == "ip" else 6
        if off:
            config.lists.pop((family, said[2]), None)
        else:
            _list(config, block, family, said[2])
    elif said[0] == "interface" and not off:
        interface(config, block, _VENDOR)
    elif said[0] in ("ip", "ipv6"):
        if len(said) < 2 or said[1] not in _IP_ELSEWHERE:
            raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")
    elif said[0] not in _ELSEWHERE or said[:2] in _VLAN_FILTERS:
        raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")


def _list(config: Config, block: Block, family: Family, name: str) -> None:
    one = config.lists.setdefault((family, name), AccessList(block.head, name, family))
    for line in block.body:
        if line.words in (("counters", "per-entry"), ("statistics", "per-entry"), ("exit",)):
            continue
        one.entries.append(_entry(line))


def _entry(line: Line) -> tuple[Line, int | None, tuple[str, ...]]:
    if line.words[0].isascii() and line.words[0].isdigit() and len(line.words) > 1:
        return line, int(line.words[0]), line.words[1:]
    return line, None, line.words
