"""The file of openings that programs read: what it has to look like, whoever wrote it.

Schema ``tutela/openings/v1``: facts, zones and openings; what follows from the names of zones is
written out for programs and has to follow here too.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from blueprints.check.cluster.shape import mapping, mappings, sequence
from blueprints.check.documents import Path, text

SCHEMA = "tutela/openings/v1"
Wrong = tuple[Path, str]
"""A place and what is wrong there."""

_TOP = ("schema", "facts", "zones", "openings")
_OPENING = (
    "cluster",
    "direction",
    "source",
    "destination",
    "protocol",
    "ports",
    "versions",
    "component",
    "why",
    "fact",
)
_ZONE = {
    "name": str,
    "kind": str,
    "what": str,
    "addresses": list,
    "hosts": list,
    "network": str,
    "vlan": int,
    "plane": str,
    "cidr": str,
    "flavour": str,
    "environment": str,
    "cluster": str,
}
_OF_NETWORK = ("network", "vlan", "plane", "cidr")
_PLANES = ("management", "service", "highspeed")
_FLAVOURS = ("harvester", "vmware", "metal", "hpc")


def short(name: str) -> str:
    """A zone's name where its cluster is known."""
    return name.rpartition("/")[2]


def said(opening: Mapping[str, Any]) -> str:
    """What is open, as people write it."""
    if opening.get("protocol") == "icmp":
        return "icmp echo"
    pairs = [one for one in sequence(opening, "ports") if isinstance(one, list) and len(one) == 2]
    words = [str(one[0]) if one[0] == one[1] else f"{one[0]}-{one[1]}" for one in pairs]
    return f"{opening.get('protocol')} {', '.join(words)}"


def wrong(data: Any) -> Iterator[Wrong]:
    """Everything that is not as the schema has it, or does not follow."""
    for key in {*_TOP, *(data if isinstance(data, dict) else ())}:
        if key not in mapping(data):
            yield (), f"has no {key}"
        elif key not in _TOP:
            yield (key,), f"{key} is no key of it"
    for name, fact in mapping(data, "facts").items():
        if not isinstance(fact, dict) or sorted(fact) != ["title", "url"]:
            yield ("facts", name), f"{name} needs title and url, and nothing else"
        elif not all(isinstance(one, str) and one for one in fact.values()):
            yield ("facts", name), f"title and url of {name} are texts"
    yield from _zones(data)
    zones = {text(one, "name"): one for _, one in mappings(data, "zones")}
    yield from _openings(data, zones)
    yield from _unused(data, zones)


def _zones(data: Any) -> Iterator[Wrong]:
    names: list[str] = []
    for index, zone in enumerate(sequence(data, "zones")):
        at: Path = ("zones", index)
        if not isinstance(zone, dict):
            yield at, "is no zone"
            continue
        name = text(zone, "name")
        names.append(name)
        for key, value in zone.items():
            if key not in _ZONE:
                yield (*at, key), f"{key} is no key of a zone"
            elif not isinstance(value, _ZONE[key]) or isinstance(value, bool):
                yield (*at, key), f"{key} of {name} is of the wrong type"
        for key, value in _follows(name).items():
            if zone.get(key) != value:
                yield (*at, key), f"{key} of {name} has to be {value or 'left out'}"
        yield from (((*at, *path), words) for path, words in _zone(zone, name))
    if names != sorted(set(names)):
        yield ("zones",), "zones are not sorted by name, or one comes twice"


def _follows(name: str) -> dict[str, str | None]:
    """What a zone's name says of it."""
    first, _, rest = name.partition("/")
    if first == "site":
        return {
            "kind": "people" if rest == "people" else "system",
            "cluster": None,
            "environment": None,
            "network": None,
            "flavour": None,
        }
    kind = "pool" if rest.startswith("nodes/") else rest
    return {"kind": kind, "cluster": first, "environment": first.partition("-")[0]}


def _zone(zone: Mapping[str, Any], name: str) -> Iterator[Wrong]:
    if not text(zone, "what"):
        yield (), f"{name} does not say what it is"
    if not sequence(zone, "addresses") and not sequence(zone, "hosts"):
        yield (), f"{name} is nowhere: no addresses and no hosts"
    there = [key for key in _OF_NETWORK if zone.get(key) is not None]
    if (there and len(there) < len(_OF_NETWORK)) or (not there and not name.startswith("site/")):
        yield (), f"{name} needs {', '.join(key for key in _OF_NETWORK if key not in there)}"
    if there and zone.get("plane") not in _PLANES:
        yield ("plane",), f"plane of {name} is none of {', '.join(_PLANES)}"
    if (zone.get("kind") == "pool") != (zone.get("flavour") in _FLAVOURS):
        yield ("flavour",), f"flavour of {name} is none of {', '.join(_FLAVOURS)}"
    for key in ("addresses", "hosts"):
        given = sequence(zone, key)
        if len({str(one) for one in given}) < len(given):
            yield (key,), f"{key} of {name} has something twice"
        if not all(isinstance(one, str) and one for one in given):
            yield (key,), f"{key} of {name} are texts"
    try:
        networks = [ipaddress.ip_network(str(one)) for one in sequence(zone, "addresses")]
        around = [ipaddress.ip_network(str(zone["cidr"]))] if zone.get("cidr") else []
    except ValueError:
        yield ("addresses",), f"{name} has something that is no network"
        return
    for outer in around:
        for inner in networks:
            if inner.version != outer.version or not inner.subnet_of(outer):  # type: ignore[arg-type]
                yield ("addresses",), f"{inner} of {name} does not lie in {outer}"


def _openings(data: Any, zones: Mapping[str, Mapping[str, Any]]) -> Iterator[Wrong]:
    seen: set[str] = set()
    for index, one in enumerate(sequence(data, "openings")):
        at: Path = ("openings", index)
        if not isinstance(one, dict) or sorted(one) != sorted(_OPENING):
            yield at, f"has not just {', '.join(_OPENING)}"
            continue
        sides = [zones.get(text(one, side)) for side in ("source", "destination")]
        if sides[0] is None or sides[1] is None:
            yield at, "goes from or to a zone that is not here"
            continue
        for key, value in _derived(sides[0], sides[1]).items():
            if repr(one[key]) != repr(value):  # 4.0 is no 4
                yield (*at, key), f"{key} has to be {value}"
        if text(one, "fact") not in mapping(data, "facts"):
            yield (*at, "fact"), "is known from no fact here"
        if not text(one, "component") or not text(one, "why"):
            yield at, "does not say who needs it and why"
        if not _ports(one):
            yield (*at, "ports"), "ports are pairs of numbers, rising; none for icmp"
        identity = repr({key: one[key] for key in _OPENING})
        if identity in seen:
            yield at, "comes twice"
        seen.add(identity)


def _derived(source: Mapping[str, Any], destination: Mapping[str, Any]) -> dict[str, Any]:
    begins, ends = source.get("cluster"), destination.get("cluster")
    ways = {(True, True): "within", (True, False): "out", (False, True): "in"}
    both = _versions(source) & _versions(destination)
    return {
        "cluster": begins or ends,
        "direction": ways.get((begins is not None, ends is not None), "beside"),
        "versions": sorted(both),
    }


def _versions(zone: Mapping[str, Any]) -> set[int]:
    found = {6 if ":" in str(one) else 4 for one in sequence(zone, "addresses")}
    return found or {4, 6}


def _ports(one: Mapping[str, Any]) -> bool:
    ports = one["ports"]
    if one["protocol"] not in ("tcp", "udp", "icmp") or not isinstance(ports, list):
        return False
    if bool(ports) != (one["protocol"] != "icmp"):
        return False
    last = 0
    for pair in ports:
        match pair:
            case [int(low), int(high)] if not isinstance(low, bool) and not isinstance(high, bool):
                if not last < low <= high <= 65_535:
                    return False
                last = high
            case _:
                return False
    return True


def _unused(data: Any, zones: Iterable[str]) -> Iterator[Wrong]:
    every = [one for _, one in mappings(data, "openings")]
    used = {text(one, side) for one in every for side in ("source", "destination")}
    for name in sorted(set(zones) - used):
        yield ("zones",), f"nothing goes to or from {name}"
    for name in sorted(mapping(data, "facts").keys() - {text(one, "fact") for one in every}):
        yield ("facts", name), f"nothing is known from {name}"
