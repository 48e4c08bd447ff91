"""What the institution declared, read from ``spec.yaml`` a second time.

The proof shares no value with what renders: this reads plain YAML, knows only what a proof needs,
and refuses what it does not understand there. Addresses become ranges of whole numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from blueprints.errors import ExpectedError
from tce.prove.openings import across
from tce.prove.plain import NotPlainError, read_plain
from tce.prove.ranges import Ranges, minus, network, union
from tce.space.header import FAMILIES, ICMP, ICMP6, PROTOCOLS, Family

KINDS = ("tce", "workers", "transit", "management", "tenants", "fabric", "institution", "internet")
OWN = ("tce", "workers")
"""Kinds of zones that are the environment."""
ROUTED: Mapping[Family, str] = {4: "0.0.0.0/0", 6: "2000::/3"}
"""Where the internet is (IPv6: RFC 4291, section 2.4; IANA gives out nothing else)."""
NEVER_ROUTED = (
    "0.0.0.0/8",  # RFC 791: this network
    "10.0.0.0/8",  # RFC 1918
    "172.16.0.0/12",  # RFC 1918
    "192.168.0.0/16",  # RFC 1918
    "100.64.0.0/10",  # RFC 6598: shared
    "127.0.0.0/8",  # RFC 1122: loopback
    "169.254.0.0/16",  # RFC 3927: link-local
    "224.0.0.0/4",  # RFC 5771: multicast
    "240.0.0.0/4",  # RFC 1112: reserved
)


class UnreadableIntentError(ExpectedError):
    """The specification cannot be understood as an intent; nothing is proved."""

    kind = "unreadable intent"


@dataclass(frozen=True)
class Zone:
    """Addresses that are one place."""

    name: str
    kind: str
    leg: int
    """Place in :attr:`Intent.legs`, from 1."""
    addresses: Mapping[Family, Ranges]


@dataclass(frozen=True)
class Flow:
    """What may begin, in one family."""

    name: str
    line: int
    """In the specification."""
    family: Family
    source: str
    destination: str
    """Zones; of a tunnel's source the peer's name."""
    source_leg: int
    destination_leg: int
    sources: Ranges
    destinations: Ranges
    protocol: int
    """As in the header: ICMPv6 for the IPv6 half of a flow of ICMP."""
    ports: Ranges
    """Of whoever is asked; none for ICMP."""


@dataclass(frozen=True)
class Problem:
    """Something about the intent itself."""

    line: int
    message: str
    flow: str | None


@dataclass(frozen=True)
class Intent:
    """All that a proof needs to know."""

    file: str
    name: str
    ipv6: bool
    legs: tuple[str, ...]
    """The gateway's interfaces, in the order in which zones name them."""
    zones: Mapping[str, Zone]
    transit: Zone
    tunnel_leg: int
    gateway: Mapping[Family, Ranges]
    """The gateway's addresses in the environment."""
    flows: tuple[Flow, ...]
    tunnels: tuple[Flow, ...]
    """To the gateway's uplink: what WireGuard itself needs."""
    switches: tuple[tuple[str, str, str], ...]
    """Name, format, interface."""
    problems: tuple[Problem, ...]
    said: Mapping[str, Any] = field(repr=False, compare=False)
    """The specification as plain values, for what else is proved."""

    def of_kind(self, family: Family, *kinds: str) -> Ranges:
        """All addresses of zones of these kinds."""
        zones = (zone for zone in self.zones.values() if zone.kind in kinds)
        return union(one for zone in zones for one in zone.addresses[family])

    @property
    def own_legs(self) -> tuple[int, ...]:
        """Legs behind which the environment is."""
        return tuple(sorted({zone.leg for zone in self.zones.values() if zone.kind in OWN}))


def read_intent(text: str, file: str, today: date) -> Intent:
    """Raises :class:`UnreadableIntentError` for what is not understood in full.

    What is over by `today`, owned by nobody or contradicts itself is among the problems.
    """
    try:
        return _Reader(text, file, today).intent()
    except UnreadableIntentError:
        raise
    except NotPlainError as error:
        raise UnreadableIntentError(f"{file}:{error.line}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableIntentError(
            f"{file}: cannot be understood: {error!r}", "tutela tce render SPEC says what is wrong"
        ) from error


def internet(family: Family, zones: Iterable[Ranges]) -> Ranges:
    """What may be routed on the internet and is no zone's."""
    away = [one for ranges in zones for one in ranges]
    away += [found for text in NEVER_ROUTED for kind, found in (network(text),) if kind == family]
    return minus([network(ROUTED[family])[1]], away)


class _Reader:
    def __init__(self, text: str, file: str, today: date) -> None:
        self._file = file
        self._today = today
        self._said, self._lines = read_plain(text)
        if not isinstance(self._said, dict):
            raise UnreadableIntentError(f"{file}:1: holds no mapping")
        self._problems: list[Problem] = []

    def intent(self) -> Intent:
        said = self._said
        if said["blueprint"] != "tce" or said["version"] != 1:
            self._refuse("blueprint", "is not a specification of a trusted environment, version 1")
        if not isinstance(said["ipv6"], bool):
            self._refuse("ipv6", "ipv6 has to be true or false")
        legs = tuple(dict.fromkeys(zone["leg"] for zone in said["zones"].values()))
        zones = self._zones(legs)
        self._apart(zones)
        transits = [zone for zone in zones.values() if zone.kind == "transit"]
        if len(transits) != 1:
            self._refuse("zones", "there has to be one zone of kind transit")
        gateway = said["gateway"]
        return Intent(
            file=self._file,
            name=str(said["name"]),
            ipv6=said["ipv6"],
            legs=legs,
            zones=zones,
            transit=transits[0],
            tunnel_leg=legs.index(said["vpn"]["leg"]) + 1,
            gateway=_by_family(gateway["addresses"]),
            flows=(*self._flows(zones), *self._openings(zones)),
            tunnels=tuple(self._tunnels(transits[0])),
            switches=tuple(
                (one["name"], one["format"], one["interface"]) for one in said["switches"]
            ),
            problems=tuple(self._problems),
            said=said,
        )

    def _refuse(self, key: str, message: str) -> None:
        raise UnreadableIntentError(f"{self._file}:{self._lines.get((key,), 1)}: {message}")

    def _zones(self, legs: tuple[str, ...]) -> dict[str, Zone]:
        found: dict[str, Zone] = {}
        for name, zone in self._said["zones"].items():
            if zone["kind"] not in KINDS or zone.keys() - {"kind", "leg", "networks", "what"}:
                self._refuse("zones", f"the zone {name} says what is not understood")
            addresses = _by_family(zone.get("networks", ()))
            found[name] = Zone(name, zone["kind"], legs.index(zone["leg"]) + 1, addresses)
        known = [zone.addresses for zone in found.values()]
        for name, zone in found.items():
            if zone.kind == "internet":
                rest = {
                    family: internet(family, (one[family] for one in known))
                    if family == 4 or self._said["ipv6"]
                    else ()
                    for family in FAMILIES
                }
                found[name] = Zone(name, zone.kind, zone.leg, rest)
        return found

    def _apart(self, zones: Mapping[str, Zone]) -> None:
        line = self._lines[("zones",)]
        for family in FAMILIES:
            every = sorted(
                (first, last, zone.name)
                for zone in zones.values()
                for first, last in zone.addresses[family]
            )
            for (_, last, one), (first, _, other) in pairwise(every):
                if first <= last:
                    self._problems.append(
                        Problem(line, f"addresses of IPv{family} lie in {one} and {other}", None)
                    )
            if family == 6 and not self._said["ipv6"] and every:
                self._problems.append(Problem(line, "ipv6 is false and zones have it", None))

    def _flows(self, zones: Mapping[str, Zone]) -> Iterator[Flow]:
        allowed = {"name", "from", "to", "protocol", "ports", "why", "owner", "expires"}
        for number, flow in enumerate(self._said["flows"]):
            line = self._lines[("flows", number)]
            name = str(flow["name"])
            if flow.keys() - allowed:
                raise UnreadableIntentError(f"{self._file}:{line}: {name} says more than is known")
            self._answered_for(line, name, flow)
            source, destination = zones[flow["from"]["zone"]], zones[flow["to"]["zone"]]
            if source.leg == destination.leg:
                message = f"{name} begins and ends at one leg: nothing of it passes the gateway"
                self._problems.append(Problem(line, message, name))
            if {source.kind, destination.kind} & set(OWN) and "tenants" in (
                source.kind,
                destination.kind,
            ):
                message = f"{name} joins the environment and another tenant"
                self._problems.append(Problem(line, message, name))
            for family in FAMILIES:
                sources = self._end(line, flow["from"], source, family)
                destinations = self._end(line, flow["to"], destination, family)
                if sources and destinations:
                    yield Flow(
                        name=name,
                        line=line,
                        family=family,
                        source=source.name,
                        destination=destination.name,
                        source_leg=source.leg,
                        destination_leg=destination.leg,
                        sources=sources,
                        destinations=destinations,
                        protocol=_protocol(flow["protocol"], family),
                        ports=_ports(flow),
                    )

    def _answered_for(self, line: int, name: str, flow: Mapping[str, Any]) -> None:
        if not str(flow["owner"] or "").strip():
            self._problems.append(Problem(line, f"nobody owns {name}", name))
        day = date.fromisoformat(flow["expires"])
        if day < self._today:
            self._problems.append(Problem(line, f"{name} is over since {day}", name))

    def _end(self, line: int, end: Mapping[str, Any], zone: Zone, family: Family) -> Ranges:
        if end.keys() - {"zone", "networks"}:
            raise UnreadableIntentError(f"{self._file}:{line}: an end says more than is known")
        said = end.get("networks")
        if said is None:
            return zone.addresses[family]
        found = _by_family(said)[family]
        if minus(found, zone.addresses[family]):
            self._problems.append(Problem(line, f"not all of it lies in {zone.name}", None))
        return found

    def _openings(self, zones: Mapping[str, Zone]) -> Iterator[Flow]:
        """What nodes of the cluster need of each other: nobody has to declare it."""
        family, found = across(self._said)
        for one in found:
            source, destination = zones[one.source_zone], zones[one.destination_zone]
            if one.sources and one.destinations and source.leg != destination.leg:
                yield Flow(
                    name=f"opening-{one.component}",
                    line=self._lines[("cluster",)],
                    family=family,
                    source=source.name,
                    destination=destination.name,
                    source_leg=source.leg,
                    destination_leg=destination.leg,
                    sources=one.sources,
                    destinations=one.destinations,
                    protocol=_protocol(one.protocol, family),
                    ports=one.ports,
                )

    def _tunnels(self, transit: Zone) -> Iterator[Flow]:
        vpn = self._said["vpn"]
        uplink = _by_family(self._said["gateway"]["uplink"])
        for peer in vpn["peers"]:
            for family, ranges in _by_family([peer["endpoint"]]).items():
                if ranges and uplink[family]:
                    yield Flow(
                        name=f"vpn-{peer['name']}",
                        line=self._lines[("vpn",)],
                        family=family,
                        source=peer["name"],
                        destination=transit.name,
                        source_leg=transit.leg,
                        destination_leg=transit.leg,
                        sources=ranges,
                        destinations=uplink[family],
                        protocol=PROTOCOLS["udp"],
                        ports=((vpn["port"], vpn["port"]),) if "port" in vpn else ((51820, 51820),),
                    )


def _by_family(texts: Iterable[str]) -> dict[Family, Ranges]:
    found = [network(str(text)) for text in texts]
    return {family: union(one for kind, one in found if kind == family) for family in FAMILIES}


def _protocol(name: str, family: Family) -> int:
    if name == "icmp":
        return ICMP if family == 4 else ICMP6
    if name not in ("tcp", "udp", "sctp"):
        raise ValueError(f"no protocol: {name}")
    return PROTOCOLS[name]


def _ports(flow: Mapping[str, Any]) -> Ranges:
    if flow["protocol"] == "icmp":
        if flow.get("ports"):
            raise ValueError(f"{flow['name']}: ICMP has no ports")
        return ()
    found = []
    for one in flow["ports"]:
        first, _, last = str(one).partition("-")
        found.append((int(first), int(last or first)))
    if not found or any(not 0 < first <= last < 65_536 for first, last in found):
        raise ValueError(f"{flow['name']}: no ports")
    return union(found)
