"""A second reading of what lies below addresses: VLANs, machines' interfaces, tunnels.

Not boxes but plain values: two files do the same where these are equal.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.tce.mutants.meaning import NotUnderstoodError

Plain = object
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LABEL = "network.harvesterhci.io/"


def parse(text: str) -> Plain:
    """Of a file of Harvester; raises NotUnderstoodError."""
    try:
        return [_document(one) for one in yaml.safe_load_all(text)]
    except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise NotUnderstoodError(str(error)) from error


@dataclass(frozen=True)
class Tunnel:
    """A file of WireGuard."""

    rest: Plain
    """Everything but the addresses that keys may send from."""
    taken: tuple[tuple[Network, str], ...]
    """Address range and the key that has it."""


def tunnel(text: str) -> Tunnel:
    """Raises NotUnderstoodError."""
    sections: list[tuple[str, dict[str, list[str]]]] = []
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if said.startswith("["):
            sections.append((said, {}))
        elif said:
            key, _, value = (one.strip() for one in said.partition("="))
            sections[-1][1].setdefault(key, []).extend(one.strip() for one in value.split(","))
    taken: dict[Network, str] = {}
    rest = []
    for name, values in sections:
        key = values.get("PublicKey", [""])[0]
        for one in values.pop("AllowedIPs", []):
            try:
                # Of two peers that say the same network, the later has it.
                taken[ipaddress.ip_network(one)] = key
            except ValueError as error:
                raise NotUnderstoodError(str(error)) from error
        rest.append((name, sorted((one, tuple(several)) for one, several in values.items())))
    return Tunnel(sorted(rest), tuple(taken.items()))


def differs(
    before: Tunnel, after: Tunnel, said: Mapping[str, Any], zones: set[str], far: bool
) -> bool:
    """Whether a tunnel takes more than before, or less of what a flow of these zones needs.

    `far`: it is the end in the zones, and takes what the environment sends. A tunnel that does not
    take what nobody sends does the same.
    """
    if before.rest != after.rest:
        return True
    more = [one for one, key in after.taken if not _within(one, key, before.taken)]
    lost = [one for one, key in before.taken if not _within(one, key, after.taken)]
    kept = {one for one, _ in after.taken}
    return bool(more) or any(
        one.version == end.version and one.overlaps(end) and not _covered(end, kept)
        for one in lost
        for end in _ends(said, zones, far)
    )


def _within(one: Network, key: str, taken: tuple[tuple[Network, str], ...]) -> bool:
    return any(
        key == other_key and one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]
        for other, other_key in taken
    )


def _covered(end: Network, kept: set[Network]) -> bool:
    same = [one for one in kept if one.version == end.version]
    return any(end.subnet_of(one) for one in same)  # type: ignore[arg-type]


def _ends(said: Mapping[str, Any], zones: set[str], far: bool) -> Iterator[Network]:
    """Of every flow that begins or ends in one of the zones, the end that a tunnel takes."""
    for flow in said["flows"]:
        sides = (flow["from"], flow["to"])
        families = [_families(said, side) for side in sides]
        if zones & {side["zone"] for side in sides}:
            for side in sides:
                if (side["zone"] in zones) != far:
                    both = families[0] & families[1]
                    yield from (one for one in _networks(said, side) if one.version in both)


def _networks(said: Mapping[str, Any], side: Mapping[str, Any]) -> list[Network]:
    texts = side.get("networks") or said["zones"][side["zone"]].get("networks") or ()
    return [ipaddress.ip_network(one) for one in texts]


def _families(said: Mapping[str, Any], side: Mapping[str, Any]) -> set[int]:
    return {one.version for one in _networks(said, side)}


def _document(one: dict[str, Any]) -> Plain:
    kind, metadata, spec = one["kind"], one["metadata"], one.get("spec") or {}
    name = (kind, metadata.get("namespace"), metadata["name"])
    if kind == "NetworkAttachmentDefinition":
        config = json.loads(spec["config"])
        labels = {key: metadata["labels"][f"{_LABEL}{key}"] for key in ("type", "vlan-id")}
        cluster = metadata["labels"][f"{_LABEL}clusternetwork"]
        return name, cluster, sorted(labels.items()), json.dumps(config, sort_keys=True)
    if kind == "VirtualMachine":
        inside = spec["template"]["spec"]
        devices = inside["domain"]["devices"]
        parts = (inside["networks"], devices["interfaces"], devices.get("hostDevices"))
        return name, json.dumps(parts, sort_keys=True)
    return name, json.dumps((metadata.get("labels"), spec), sort_keys=True)
