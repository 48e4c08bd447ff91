"""What nftables can ask of a packet, as far as it is modelled, and how values of it are written.

From nft(8) 1.0.6, and from what ``nft --debug=netlink`` says that the kernel is given: a match on
TCP's ports also asks for protocol 6, on ICMP's type for IPv4 and protocol 1 (ICMPv6: for IPv6 and
58). Nothing of a transport header fits a later fragment: nft_payload_eval() gives up where the
fragment's offset is not 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tce.read.ranges import Ranges, prefix, union
from tce.space.header import FAMILIES, ICMP, ICMP6, SCTP, STATES, TCP, UDP, Family, Field

Kind: TypeAlias = Literal[
    "ipv4_addr",
    "ipv6_addr",
    "ifname",
    "iface_index",
    "inet_proto",
    "inet_service",
    "icmp_type",
    "icmpv6_type",
    "icmp_code",
    "icmpv6_code",
    "tcp_flag",
    "ct_state",
    "nf_proto",
    "ether_type",
    "frag_off",
]
"""As sets name their types."""
FamilySet: TypeAlias = frozenset[Family]
BOTH: FamilySet = frozenset(FAMILIES)


@dataclass(frozen=True)
class Key:
    """One question to a packet."""

    name: str
    kind: Kind
    field: Field | None
    """None: its family."""
    families: FamilySet = BOTH
    """Which packets can fit at all."""
    protocol: int | None = None
    """Which packets can fit at all; None: those of any protocol."""
    transport: bool = False
    """Whether it is about a header that later fragments have not."""


_V4: FamilySet = frozenset((4,))
_V6: FamilySet = frozenset((6,))


def _transport(name: str, protocol: int) -> tuple[Key, ...]:
    return tuple(
        Key(f"{name} {port}", "inet_service", field, BOTH, protocol, True)
        for port, field in (("sport", Field.SPORT), ("dport", Field.DPORT))
    )


_KEYS = (
    Key("ip saddr", "ipv4_addr", Field.SRC, _V4),
    Key("ip daddr", "ipv4_addr", Field.DST, _V4),
    Key("ip6 saddr", "ipv6_addr", Field.SRC, _V6),
    Key("ip6 daddr", "ipv6_addr", Field.DST, _V6),
    Key("ip protocol", "inet_proto", Field.PROTO, _V4),
    Key("ip frag-off", "frag_off", Field.FRAGMENT, _V4),
    Key("meta l4proto", "inet_proto", Field.PROTO),
    Key("meta nfproto", "nf_proto", None),
    Key("meta protocol", "ether_type", None),
    Key("meta iifname", "ifname", Field.IIF),
    Key("meta oifname", "ifname", Field.OIF),
    Key("meta iif", "iface_index", Field.IIF),
    Key("meta oif", "iface_index", Field.OIF),
    *_transport("tcp", TCP),
    *_transport("udp", UDP),
    *_transport("sctp", SCTP),
    Key("th sport", "inet_service", Field.SPORT, BOTH, None, True),
    Key("th dport", "inet_service", Field.DPORT, BOTH, None, True),
    Key("tcp flags", "tcp_flag", Field.FLAGS, BOTH, TCP, True),
    Key("icmp type", "icmp_type", Field.ICMP, _V4, ICMP, True),
    Key("icmp code", "icmp_code", Field.ICMP, _V4, ICMP, True),
    Key("icmpv6 type", "icmpv6_type", Field.ICMP, _V6, ICMP6, True),
    Key("icmpv6 code", "icmpv6_code", Field.ICMP, _V6, ICMP6, True),
    Key("ct state", "ct_state", Field.STATE),
)
KEYS: Mapping[str, Key] = {one.name: one for one in _KEYS}
PORTS = frozenset((TCP, UDP, SCTP))
"""Of these the header that ``th`` looks at is modelled: elsewhere it reads what are no ports."""
_PROTOCOLS = {
    "icmp": 1,
    "igmp": 2,
    "tcp": 6,
    "udp": 17,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "ipv6-icmp": 58,
    "icmpv6": 58,
    "sctp": 132,
}
_SERVICES = {
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "domain": 53,
    "http": 80,
    "kerberos": 88,
    "ntp": 123,
    "snmp": 161,
    "bgp": 179,
    "ldap": 389,
    "https": 443,
    "syslog": 514,
    "ldaps": 636,
    "nfs": 2049,
}
"""Some of /etc/services; the others are refused: it is the gateway's own file that counts."""
_ICMP = {
    "echo-reply": 0,
    "destination-unreachable": 3,
    "source-quench": 4,
    "redirect": 5,
    "echo-request": 8,
    "router-advertisement": 9,
    "router-solicitation": 10,
    "time-exceeded": 11,
    "parameter-problem": 12,
    "timestamp-request": 13,
    "timestamp-reply": 14,
    "info-request": 15,
    "info-reply": 16,
    "address-mask-request": 17,
    "address-mask-reply": 18,
}
_ICMP6 = {
    "destination-unreachable": 1,
    "packet-too-big": 2,
    "time-exceeded": 3,
    "parameter-problem": 4,
    "echo-request": 128,
    "echo-reply": 129,
    "mld-listener-query": 130,
    "mld-listener-report": 131,
    "mld-listener-done": 132,
    "mld-listener-reduction": 132,
    "nd-router-solicit": 133,
    "nd-router-advert": 134,
    "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136,
    "nd-redirect": 137,
    "router-renumbering": 138,
    "ind-neighbor-solicit": 141,
    "ind-neighbor-advert": 142,
    "mld2-listener-report": 143,
}
_ICMP_CODES = {
    "net-unreachable": 0,
    "host-unreachable": 1,
    "prot-unreachable": 2,
    "port-unreachable": 3,
    "frag-needed": 4,
    "net-prohibited": 9,
    "host-prohibited": 10,
    "admin-prohibited": 13,
}
_ICMP6_CODES = {
    "no-route": 0,
    "admin-prohibited": 1,
    "addr-unreachable": 3,
    "port-unreachable": 4,
    "policy-fail": 5,
    "reject-route": 6,
}
_NUMBERS: Mapping[Kind, tuple[Mapping[str, int], int]] = {
    "inet_proto": (_PROTOCOLS, 255),
    "inet_service": (_SERVICES, 65_535),
    "icmp_type": (_ICMP, 255),
    "icmpv6_type": (_ICMP6, 255),
    "icmp_code": (_ICMP_CODES, 255),
    "icmpv6_code": (_ICMP6_CODES, 255),
    "ct_state": ({name: place for place, name in enumerate(STATES)}, -1),
}
_FAMILIES: Mapping[str, FamilySet] = {"ipv4": _V4, "ip": _V4, "ipv6": _V6, "ip6": _V6}
LOOPBACK = "lo"


def families(text: str) -> FamilySet:
    """Of ``meta nfproto`` and ``meta protocol``; raises ValueError for any other."""
    if text not in _FAMILIES:
        raise ValueError(f"the family {text} is not modelled")
    return _FAMILIES[text]


def ranges(key: Key, text: str, legs: Sequence[str]) -> Ranges:
    """What a value means for the field of its key; raises ValueError for what is not modelled.

    ``lo`` is no leg: packets that the gateway sends to itself are not among those of the model, so
    that it stands for no value at all.
    """
    match key.kind:
        case "ifname" | "iface_index":
            return _leg(text, legs)
        case "ipv4_addr":
            return (_addresses(text, 4),)
        case "ipv6_addr":
            return (_addresses(text, 6),)
        case "tcp_flag":
            raise ValueError(
                "TCP flags compared as a whole are not modelled, as ECN's are among them;"
                " name those that count: tcp flags & (fin | syn | rst | ack) == syn"
            )
        case "icmp_type" | "icmpv6_type":
            low, high = _numbers(key.kind, text)
            return ((low * 256, high * 256 + 255),)
        case "icmp_code" | "icmpv6_code":
            low, high = _numbers(key.kind, text)
            return union((kind * 256 + low, kind * 256 + high) for kind in range(256))
        case "nf_proto" | "ether_type" | "frag_off":
            raise ValueError(f"{key.name} {text} is not modelled")
        case _:
            return (_numbers(key.kind, text),)


def _leg(text: str, legs: Sequence[str]) -> Ranges:
    if text == LOOPBACK:
        return ()
    if text not in legs:
        known = ", ".join(legs) or "none"
        raise ValueError(f"the interface {text} is no leg of the gateway (known: {known})")
    place = legs.index(text) + 1
    return ((place, place),)


def _addresses(text: str, family: Family) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if not dash:
        return prefix(text, family)
    if "/" in text:
        raise ValueError(f"{text} is not modelled")
    return _upwards(text, prefix(first, family)[0], prefix(last, family)[0])


def _numbers(kind: Kind, text: str) -> tuple[int, int]:
    """A name or number, or two of them with a dash between; names have dashes too."""
    names, highest = _NUMBERS[kind]
    one = _number(text, names, highest)
    if one is not None:
        return one, one
    for place in (at for at, sign in enumerate(text) if sign == "-" and highest >= 0):
        low = _number(text[:place], names, highest)
        high = _number(text[place + 1 :], names, highest)
        if low is not None and high is not None:
            return _upwards(text, low, high)
    raise ValueError(f"the value {text} is not modelled")


def _number(text: str, names: Mapping[str, int], highest: int) -> int | None:
    if text in names:
        return names[text]
    if not (text.isascii() and text.isdigit() and int(text) <= highest):
        return None
    if len(text) > 1 and text.startswith("0"):
        raise ValueError(f"{text} would be read as octal")
    return int(text)


def _upwards(text: str, low: int, high: int) -> tuple[int, int]:
    if low > high:
        raise ValueError(f"the range {text} goes down")
    return low, high
