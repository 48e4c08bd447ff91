"""Cisco IOS and IOS-XE: access lists, object groups and what interfaces bind of them.

From Cisco's command references and configuration guides ("IP Access List Overview", "Object Groups
for ACLs", "IPv6 Access Control Lists"): the first entry that fits decides; a list of IPv4 ends in
``deny ip any any``, one of IPv6 in ``permit icmp any any nd-na``, ``permit icmp any any nd-ns`` and
``deny ipv6 any any``, none of them written. A wildcard mask's 1 bits are not looked at, also where
they are scattered. An object group has netmasks, not wildcards. A list filters what the router
routes, not what it sends itself.

Standard lists, time ranges, reflexive and dynamic entries, ``dscp``, ``ttl``, ``option`` and
``undetermined-transport`` are not modelled.
"""

from collections.abc import Sequence

from tce.read.acl_config import Block, Line, blocks
from tce.read.acl_entry import Dialect
from tce.read.acl_groups import GroupReader
from tce.read.acl_lists import AccessList, Config, Vendor, filters, interface
from tce.read.acl_names import ICMP, ICMP6, PROTOCOLS, TCP_PORTS, UDP_PORTS
from tce.read.refuse import refuse
from tce.space.filter import Filter
from tce.space.header import Family

_DIALECT = Dialect(
    any_word={4: "ip", 6: "ipv6"},
    protocols={
        4: PROTOCOLS,
        6: {"ahp": 51, "esp": 50, "icmp": 58, "pcp": 108, "sctp": 132, "tcp": 6, "udp": 17},
    },
    tcp_ports=TCP_PORTS,
    udp_ports=UDP_PORTS,
    messages={4: ICMP, 6: ICMP6},
    slashes=False,
    flag_words=True,
    signed_flags=True,
)
_ELSEWHERE = frozenset(
    (
        "Building",
        "Current",
        "aaa",
        "alias",
        "archive",
        "boot",
        "boot-end-marker",
        "boot-start-marker",
        "cdp",
        "clock",
        "crypto",
        "diagnostic",
        "enable",
        "end",
        "errdisable",
        "exit",
        "hostname",
        "license",
        "line",
        "lldp",
        "logging",
        "login",
        "memory",
        "ntp",
        "platform",
        "redundancy",
        "router",
        "service",
        "snmp-server",
        "spanning-tree",
        "system",
        "transceiver",
        "username",
        "version",
        "vlan",
        "vrf",
        "vtp",
    )
)
"""What begins lines at the margin that filter nothing between interfaces."""
_VLAN_FILTERS = (("vlan", "filter"), ("vlan", "access-map"))
_IP_ELSEWHERE = frozenset(
    {"cef", "classless", "default-gateway", "domain", "domain-name", "forward-protocol", "host"}
    | {"http", "name-server", "prefix-list", "route", "routing", "scp", "ssh", "subnet-zero"}
    | {"tftp", "unicast-routing", "vrf"}
)
_ON_INTERFACES = frozenset(
    {"arp", "bandwidth", "delay", "description", "ip", "ipv6", "load-interval", "logging", "mtu"}
    | {"shutdown", "speed", "duplex", "negotiation", "vrf", "standby", "carrier-delay"}
)
_IP_ON_INTERFACES = frozenset(
    {"address", "enable", "helper-address", "mtu", "nd", "ospf", "proxy-arp", "redirects"}
    | {"unreachables", "directed-broadcast", "route-cache", "flow"}
)
_EXTENDED = (range(100, 200), range(2000, 2700))


def _harmless(words: tuple[str, ...]) -> bool:
    said = words[1:] if words[0] == "no" else words
    if said[0] in ("ip", "ipv6"):
        return len(said) > 1 and said[1] in _IP_ON_INTERFACES
    return said[0] in _ON_INTERFACES or said == ("switchport",)


_VENDOR = Vendor(
    format="ios",
    dialect=_DIALECT,
    implicit={6: (136, 135)},
    bindings={"ip access-group": 4, "ipv6 traffic-filter": 6},
    harmless=_harmless,
)


def read(text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """Four filters for each interface with a list; raises NotModelledError. Legs mean nothing."""
    config, groups = Config(), GroupReader(file, _DIALECT)
    for block in blocks(text, file):
        if block.head.words[0] == "object-group":
            groups.take(block)
        else:
            _take(config, block, file)
    return filters(config, _VENDOR, groups.groups(), file)


def _take(config: Config, block: Block, file: str) -> None:
    words = block.head.words
    off = words[0] == "no"
    said = words[1:] if off else words
    if said[:2] in (("ip", "access-list"), ("ipv6", "access-list")):
        family: Family = 4 if said[0] == "ip" else 6
        if said[2:3] == ("extended",) and family == 4 and len(said) == 4:
            name = said[3]
        elif family == 6 and len(said) == 3:
            name = said[2]
        else:
            raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")
        if off:
            config.lists.pop((family, name), None)
        else:
            _list(config, block.head, block.body, family, name)
    elif said[0] == "access-list":
        _numbered(config, block.head, said[1:], file, off=off)
    elif said[0] == "interface" and not off:
        interface(config, block, _VENDOR)
    elif said[0] in ("ip", "ipv6"):
        if len(said) < 2 or said[1] not in _IP_ELSEWHERE:
            raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")
    elif said[0] not in _ELSEWHERE or said[:2] in _VLAN_FILTERS:
        raise refuse(file, block.head.number, f"{block.head.text!r} is not modelled")


def _numbered(config: Config, line: Line, said: tuple[str, ...], file: str, *, off: bool) -> None:
    """``access-list 101 permit ...``, a list whose name is a number."""
    extended = said and said[0].isdigit() and any(int(said[0]) in one for one in _EXTENDED)
    if not extended or (off and len(said) != 1) or (not off and len(said) < 2):
        raise refuse(file, line.number, f"{line.text!r} is not modelled")
    if off:
        config.lists.pop((4, said[0]), None)
    else:
        one = config.lists.setdefault((4, said[0]), AccessList(line, said[0], 4))
        one.entries.append((line, None, said[1:]))


def _list(config: Config, head: Line, body: Sequence[Line], family: Family, name: str) -> None:
    one = config.lists.setdefault((family, name), AccessList(head, name, family))
    one.entries += [_entry(line) for line in body if line.words != ("exit",)]


def _entry(line: Line) -> tuple[Line, int | None, tuple[str, ...]]:
    """``10 permit``, for IPv6 ``sequence 10 permit`` or ``permit ... sequence 10``."""
    words = line.words
    if _number(words[0]) and len(words) > 1:
        return line, int(words[0]), words[1:]
    if words[0] == "sequence" and len(words) > 2 and _number(words[1]):
        return line, int(words[1]), words[2:]
    if words[0] != "remark" and len(words) > 2 and words[-2] == "sequence" and _number(words[-1]):
        return line, int(words[-1]), words[:-2]
    return line, None, words


def _number(word: str) -> bool:
    return word.isascii() and word.isdigit()
