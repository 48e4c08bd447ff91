"""Which packets can be sent at all, and how the gateway routes them.

What the kernel does before any rule (routing, RFC 1812, 4291; what connection tracking calls
invalid) is no matter of the ruleset: such packets are left out, and it is told why. Source:
net/ipv4/route.c, net/ipv6/ip6_input.c, ip6_output.c, nf_conntrack_proto_{tcp,icmp,icmpv6}.c of
Linux 6.
"""

from ipaddress import ip_network

from tce.probe.topology import Host, Routes, Topology
from tce.space.header import FIELDS, ICMP, ICMP6, STATES, TCP, Field, Packet

NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED = range(len(STATES))
_PLACES = {field.name: place for place, field in enumerate(FIELDS)}
SYN, ACK, RST, FIN = 8, 32, 16, 4
"""Bits of :data:`tce.space.header.FLAGS`."""
_HEADERS_OF_IPV6 = {0, 43, 44, 51, 59, 60, 135, 139, 140}
"""Extension headers: no protocol stands there (IANA)."""
_NEVER_FORWARDED = {
    family: tuple(
        (int(one.network_address), int(one.broadcast_address)) for one in map(ip_network, given)
    )
    for family, given in (
        (4, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32")),
        (6, ("::/128", "::1/128", "fe80::/10", "ff00::/8", "::ffff:0:0/96")),
    )
}


class Reach:
    """Of one topology."""

    def __init__(self, topology: Topology) -> None:
        """Whose address is whose is asked of its routes."""
        self._topology = topology
        self.routes = Routes(topology)
        self._by_leg: dict[str, list[Host]] = {}
        for host in topology.hosts:
            self._by_leg.setdefault(host.leg, []).append(host)

    def sender(self, packet: Packet) -> Host | None:
        """Who sends it: whose address it is, or the first on the leg that it comes in by."""
        leg = packet[Field.IIF]
        if not 0 < leg <= len(self._topology.legs):
            return None
        host = self.routes.host(packet.family, packet[Field.SRC])
        name = self._topology.legs[leg - 1]
        if host.leg == name:
            return host
        return next(iter(self._by_leg.get(name, ())), None)

    def receiver(self, packet: Packet) -> Host | None:
        """Who gets it if it passes; None for the gateway itself."""
        if self.routes.is_own(packet.family, packet[Field.DST]):
            return None
        return self.routes.host(packet.family, packet[Field.DST])

    def routed(self, packet: Packet) -> Packet:
        """The same packet with the leg that the gateway sends it out by, and its true state."""
        receiver = self.receiver(packet)
        oif = 0 if receiver is None else self._topology.leg(receiver.leg)
        state = packet[Field.STATE]
        return changed(packet, OIF=oif, STATE=begun(packet) if state == NEW else state)

    def problem(self, packet: Packet) -> str | None:
        """Why it cannot be sent or meets no rule; None where it can."""
        if packet[Field.FRAGMENT]:
            return "connection tracking puts fragments together before any rule"
        if packet[Field.STATE] != NEW:
            return f"a packet that is {STATES[packet[Field.STATE]]} needs another one before it"
        if self.sender(packet) is None:
            return "no host is on the leg that it comes in by"
        if packet.family == 6 and packet[Field.PROTO] in _HEADERS_OF_IPV6:
            return "its protocol is an extension header of IPv6"
        for field in (Field.SRC, Field.DST):
            value = packet[field]
            if any(low <= value <= high for low, high in _NEVER_FORWARDED[packet.family]):
                return "routing drops its addresses before any rule"
        if self.routes.is_own(packet.family, packet[Field.SRC]):
            return "its source is the gateway's own, which routing drops"
        if self.routed(packet)[Field.OIF] != packet[Field.OIF]:
            return "the gateway routes its destination elsewhere"
        if begun(packet) == INVALID:
            return "it begins no connection: it is never new"
        return None


def begun(packet: Packet) -> int:
    """What connection tracking says of a packet that nothing came before.

    TCP: SYN alone, or an ACK in the middle of a connection that it missed. ICMP: questions;
    neighbours and groups of IPv6 are not followed at all.
    """
    proto = packet[Field.PROTO]
    if proto == TCP:
        return NEW if packet[Field.FLAGS] & (SYN | ACK | RST | FIN) in (SYN, ACK) else INVALID
    kind = packet[Field.ICMP] >> 8
    if proto == ICMP and packet.family == 4:
        return NEW if kind in (8, 13, 15, 17) else INVALID
    if proto == ICMP6 and packet.family == 6:
        if kind in (130, 131, 132, 133, 134, 135, 136, 143):
            return UNTRACKED
        return NEW if kind in (128, 139) else INVALID
    return NEW


def changed(packet: Packet, **values: int) -> Packet:
    """The same with other values, by the names of fields in capitals."""
    found = list(packet.values)
    for name, value in values.items():
        found[_PLACES[name]] = value
    return Packet(packet.family, tuple(found))


def turned(packet: Packet, **values: int) -> Packet:
    """With its ends exchanged: what an answer's header looks like."""
    ends = {
        "SRC": packet[Field.DST],
        "DST": packet[Field.SRC],
        "SPORT": packet[Field.DPORT],
        "DPORT": packet[Field.SPORT],
        "IIF": packet[Field.OIF],
        "OIF": packet[Field.IIF],
    }
    return changed(packet, **(ends | values))
