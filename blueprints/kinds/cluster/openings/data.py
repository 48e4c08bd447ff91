"""Openings as JSON, for whoever makes rules of firewalls from them: schema ``tutela/openings/v1``.

``read(text(them)) == them``. Fields may be added, never renamed; a reader that knows another
version says so and reads nothing.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from blueprints.errors import ExpectedError
from blueprints.kinds.cluster.openings.facts import FACTS
from blueprints.kinds.cluster.openings.opening import Opening, Ports, Zone

SCHEMA = "tutela/openings/v1"
_LISTS = ("addresses", "hosts")
_PROTOCOLS = ("tcp", "udp", "icmp")
_KINDS = ("pool", "api", "services", "system", "people")


class InvalidOpeningsError(ExpectedError):
    """A file that holds no openings, or that cannot be understood; nothing is concluded from it."""

    kind = "invalid openings"


def text(openings: Iterable[Opening]) -> str:
    """A line for each zone and opening, so that Git shows what changed."""
    every = list(openings)
    zones = {one.name: one for opening in every for one in (opening.source, opening.destination)}
    facts = {one.fact: vars(FACTS[one.fact]) for one in every}
    parts = [
        f' "schema": {json.dumps(SCHEMA)}',
        f' "facts": {_object(facts)}',
        f' "zones": {_list(_zone(zones[name]) for name in sorted(zones))}',
        f' "openings": {_list(_opening(one) for one in every)}',
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read(content: str | bytes, name: str = "openings.json") -> tuple[Opening, ...]:
    """The openings of a file, in order; raises :class:`InvalidOpeningsError`, calling it `name`."""
    try:
        data = json.loads(content)
        schema = data["schema"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise InvalidOpeningsError(f"{name} holds no openings") from error
    if schema != SCHEMA:
        raise InvalidOpeningsError(f"{name} is of the schema {schema!r}; this reads {SCHEMA}")
    try:
        zones = {one["name"]: _read_zone(one) for one in data["zones"]}
        return tuple(_read_opening(one, zones) for one in data["openings"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidOpeningsError(f"{name} is damaged: {error!r}") from error


def _object(entries: Mapping[str, object]) -> str:
    lines = (f"  {json.dumps(key)}: {json.dumps(entries[key])}" for key in sorted(entries))
    return "{\n" + ",\n".join(lines) + "\n }"


def _list(entries: Iterable[object]) -> str:
    lines = ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in entries)
    return f"[\n{lines}\n ]"


def _zone(zone: Zone) -> dict[str, object]:
    said = {key: value for key, value in vars(zone).items() if value not in (None, ())}
    return {key: list(value) if key in _LISTS else value for key, value in said.items()}


def _opening(one: Opening) -> dict[str, object]:
    return {
        "cluster": one.cluster,
        "direction": one.direction,
        "source": one.source.name,
        "destination": one.destination.name,
        "protocol": one.protocol,
        "ports": [[ports.first, ports.last] for ports in one.ports],
        "versions": sorted(one.versions),
        "component": one.component,
        "why": one.why,
        "fact": one.fact,
    }


def _read_zone(data: Mapping[str, Any]) -> Zone:
    known = {one.name for one in fields(Zone)}
    said = {key: value for key, value in data.items() if key in known}
    for key in _LISTS:
        said[key] = tuple(_text(one) for one in said.get(key, ()))
    for one in said["addresses"]:
        ipaddress.ip_network(one)
    if said["kind"] not in _KINDS:
        raise ValueError(f"kind {said['kind']!r}")
    for key, value in said.items():
        if key not in (*_LISTS, "vlan"):
            _text(value)
    return Zone(**said)


def _read_opening(data: Mapping[str, Any], zones: Mapping[str, Zone]) -> Opening:
    protocol = data["protocol"]
    if protocol not in _PROTOCOLS:
        raise ValueError(f"protocol {protocol!r}")
    ports = tuple(Ports(*_range(one)) for one in data["ports"])
    if bool(ports) != (protocol != "icmp"):
        raise ValueError(f"ports of {protocol}")
    said = (_text(data[key]) for key in ("component", "why", "fact"))
    return Opening(zones[data["source"]], zones[data["destination"]], protocol, ports, *said)


def _range(value: object) -> tuple[int, int]:
    match value:
        case [int(first), int(last)] if 0 < first <= last <= 65_535:
            return first, last
    raise ValueError(f"ports {value!r}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
