"""What a proof takes to be true, and what it does not speak of; part of every result."""

from collections.abc import Iterator

from tce.prove.intent import Intent
from tce.prove.sources import PERIMETER, Source


def assumptions(intent: Intent, sources: tuple[Source, ...]) -> tuple[str, ...]:
    """In words, each whole."""
    return tuple(_assumptions(intent, {one.name for one in sources}))


def _assumptions(intent: Intent, names: set[str]) -> Iterator[str]:
    if PERIMETER in names:
        yield (
            "the kernel's connection tracking: a packet is established only in a connection whose "
            "first packet was accepted, and fragments are put together before rules see them"
        )
        yield (
            f"the gateway's interfaces are {', '.join(intent.legs)}, no other, and each is "
            "connected to what its zones say"
        )
        yield "the ruleset is the whole of the gateway's: no other table, no NAT, no bridge of legs"
    if names - {PERIMETER}:
        yield "switches do what their vendors' documents say of these lists, in hardware too"
    yield (
        "extension headers of IPv6 are passed over to the upper-layer protocol, as the kernel "
        "does; a switch that cannot drops the packet"
    )
    yield "addresses are where the zones say: nobody answers for another's by ARP or ND"
    if any(zone.kind == "fabric" for zone in intent.zones.values()):
        yield "the high-speed network is off or isolated as the specification says"


def limits(sources: tuple[Source, ...]) -> tuple[str, ...]:
    """In words, each whole."""
    return tuple(_limits({one.name for one in sources}))


def _limits(names: set[str]) -> Iterator[str]:
    yield (
        "addresses, protocols, ports, types of ICMP, TCP flags and states are compared; nothing "
        "in a payload is"
    )
    if PERIMETER in names:
        yield "what the gateway itself sends is not filtered (no output chain)"
        yield "connections that began before a ruleset was loaded stay established"
    if names - {PERIMETER}:
        yield (
            "a switch keeps no state: whoever a flow names may be sent answers, errors of ICMP and "
            "TCP with any flags that nobody asked for (residue)"
        )
        yield "switches drop later fragments: packets larger than the path's MTU do not pass"
        yield "errors of ICMP from routers between the two ends do not pass switches"
    yield "frames below addresses: MAC, VLAN hopping, spanning tree; see the probe"
