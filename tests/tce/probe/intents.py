"""Random intents: the hospital's zones with flows that nobody thought of."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from hypothesis import strategies as st

from tests.tce.intent.specifications import GONE, data

ELSEWHERE = ("198.51.100.0/24", "203.0.113.0/24", "2001:db8:f000::/36")
"""Somewhere on the internet."""
INSIDE = ("tce",)
OUTSIDE = ("provider", "hospital", "internet", "fabric", "transit")


def networks_of(zone: str, said: dict[str, Any]) -> list[str]:
    """Where a zone is."""
    found = said["zones"][zone].get("networks")
    return list(map(str, found)) if found else list(ELSEWHERE)


@st.composite
def part(draw: st.DrawFn, network: str) -> str:
    """Some of a network, from one address to all of it."""
    whole = ip_network(network)
    length = draw(st.integers(whole.prefixlen, whole.max_prefixlen))
    room = 1 << (length - whole.prefixlen)
    place = draw(st.integers(0, room - 1))
    first = int(whole.network_address) + place * (1 << (whole.max_prefixlen - length))
    kind = IPv4Network if whole.version == 4 else IPv6Network
    return str(kind((first, length)))


@st.composite
def end(draw: st.DrawFn, zone: str, said: dict[str, Any]) -> dict[str, Any]:
    """All of a zone, or some of its networks, at least one of each family that it has."""
    found = networks_of(zone, said)
    if zone != "internet" and draw(st.booleans()):
        return {"zone": zone}
    parts = [draw(part(one)) for one in found for _ in range(draw(st.integers(1, 2)))]
    return {"zone": zone, "networks": sorted(set(parts))}


@st.composite
def port(draw: st.DrawFn) -> int | str:
    """One port, or several."""
    first = draw(st.integers(1, 65_535))
    last = draw(st.integers(first, min(65_535, first + draw(st.sampled_from((0, 1, 100, 65_535))))))
    return first if first == last else f"{first}-{last}"


@st.composite
def flow(draw: st.DrawFn, name: str, said: dict[str, Any]) -> dict[str, Any]:
    """Into the environment, out of it, or past it."""
    pairs = [(one, "tce") for one in OUTSIDE] + [("tce", one) for one in OUTSIDE]
    pairs += [("hospital", "provider"), ("internet", "hospital")]
    source, destination = draw(st.sampled_from(pairs))
    protocol = draw(st.sampled_from(("tcp", "udp", "sctp", "icmp")))
    ports = draw(st.lists(port(), min_size=1, max_size=3, unique=True))
    return {
        "name": name,
        "from": draw(end(source, said)),
        "to": draw(end(destination, said)),
        "protocol": protocol,
        **({} if protocol == "icmp" else {"ports": ports}),
        "why": "nobody knows",
        "owner": "nobody in particular",
        "expires": "2030-01-01",
    }


@st.composite
def flows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Of one intent; not all of what is drawn is one (flows that are refused)."""
    said = data()
    count = draw(st.integers(1, 8))
    return [draw(flow(f"f{number}", said)) for number in range(count)]


def intent(given: list[dict[str, Any]]) -> dict[str, Any]:
    """The hospital with these flows."""
    return data({"sandboxes": GONE, "flows": given})
