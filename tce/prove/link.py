"""Whether what lies below addresses is as declared: VLANs, machines' interfaces, tunnels.

A filter that is right is worth nothing where a machine hangs in another VLAN, a network carries
all of them, an interface of the host is passed through, or a tunnel takes the wrong addresses.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from tce.prove.assignment import FILE as SHEET
from tce.prove.assignment import NAME as ASSIGNMENT
from tce.prove.assignment import assignment
from tce.prove.intent import Intent, UnreadableIntentError
from tce.prove.kubernetes import Found
from tce.prove.report import Finding, Property, Target
from tce.prove.tunnel import tunnels
from tce.read.harvester import Machine, Provider, provider
from tce.read.manifests import Source, manifests
from tce.space.errors import NotModelledError
from tce.space.header import Family

HARVESTER = "harvester"
_FOLDER = "network/harvester/"
_VPN = "network/vpn/"
ASSUMPTIONS = (
    "the provider attaches machines to the VLANs of the assignment, and nothing else to these",
    "the VLANs reach the provider's switches by the uplinks that are named, and no further",
)


def prove(source: Source, said: Mapping[str, Any], intent: Intent) -> Found:
    """Of the files of a repository, against the plain data of its specification.

    Raises UnreadableIntentError where the specification does not say what is needed.
    """
    try:
        return _prove(source, said, intent)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableIntentError(f"{intent.file}: cannot be understood: {error!r}") from error


def _prove(source: Source, said: Mapping[str, Any], intent: Intent) -> Found:
    targets: list[Target] = []
    findings: list[Finding] = []
    vlan, gateway, vpn = dict(said["vlan"]), dict(said["gateway"]), dict(said["vpn"])
    parts = (
        (HARVESTER, HARVESTER, _FOLDER, _harvester(source, vlan, gateway, intent)),
        (ASSIGNMENT, "yaml", SHEET, assignment(source, vlan, intent)),
        *(
            (name, "wireguard", file, found)
            for name, file, found in tunnels(source, _VPN, vpn, gateway, intent)
        ),
    )
    for name, format_, place, found in parts:
        try:
            own = list(found)
        except NotModelledError as error:
            file, _, rest = str(error).partition(":")
            line, _, message = rest.partition(":")
            number = int(line) if line.isdigit() else 0
            own = [Finding(name, "parse", file, number, message.strip())]
        broken = {one.property for one in own}
        proved: tuple[Property, ...] = ("parse", "link")
        files = {file: raw for file, raw in source.items() if file.startswith(place)}
        shown = () if "parse" in broken else tuple(one for one in proved if one not in broken)
        targets.append(Target(name, format_, place, _digest(files), (4, 6), shown, len(files)))
        findings.extend(own)
    return Found(tuple(targets), tuple(dict.fromkeys(findings)), ASSUMPTIONS)


def _digest(files: Mapping[str, bytes]) -> str:
    if len(files) == 1:
        return sha256(next(iter(files.values()))).hexdigest()
    digest = sha256()
    for file in sorted(files):
        digest.update(f"{file}\0{len(files[file])}\0".encode() + files[file])
    return digest.hexdigest()


def _harvester(
    source: Source, vlan: Mapping[str, Any], gateway: Mapping[str, Any], intent: Intent
) -> Iterator[Finding]:
    files = {file: raw for file, raw in source.items() if file.startswith(_FOLDER)}
    if not files:
        yield _finding("", 0, f"there is nothing in {_FOLDER}")
        return
    given = provider(manifests(files))
    yield from _networks(given, vlan)
    yield from _machines(given, vlan, gateway, intent)


def _finding(file: str, line: int, message: str) -> Finding:
    return Finding(HARVESTER, "link", file, line, message)


def _tags(vlan: Mapping[str, Any]) -> dict[int, str]:
    """The kind of zone that each VLAN is."""
    known = {"id": "tce", "uplink": "transit", "workers": "workers"}
    return {int(vlan[key]): kind for key, kind in known.items() if vlan.get(key) is not None}


def _networks(given: Provider, vlan: Mapping[str, Any]) -> Iterator[Finding]:
    name, tags = str(vlan["cluster_network"]), set(_tags(vlan))
    for network in given.cluster_networks:
        if network.name != name:
            message = f"the cluster network {network.name} is not declared"
            yield _finding(network.file, network.line(), message)
    if name not in {one.name for one in given.cluster_networks}:
        yield _finding("", 0, f"there is no cluster network {name}")
    for uplink in given.uplinks:
        if uplink.cluster_network != name or set(uplink.nics) != set(map(str, vlan["nics"])):
            message = f"{uplink.cluster_network} leaves by {', '.join(uplink.nics)}"
            yield _finding(uplink.file, uplink.line, f"{message}, which is not declared")
        elif uplink.mtu != vlan.get("mtu", 1500):
            yield _finding(uplink.file, uplink.line, f"an MTU of {uplink.mtu} is not declared")
    for one in given.attachments:
        if one.cluster_network != name or one.bridge != f"{name}-br":
            message = f"{one.name} is on {one.bridge} of {one.cluster_network}, not on {name}-br"
            yield _finding(one.file, one.line, message)
        if one.vlan not in tags:
            yield _finding(one.file, one.line, f"{one.name} is VLAN {one.vlan}: not declared")
    for tag in sorted(tags - {one.vlan for one in given.attachments}):
        yield _finding("", 0, f"there is no network of VLAN {tag}")


def _machines(
    given: Provider, vlan: Mapping[str, Any], gateway: Mapping[str, Any], intent: Intent
) -> Iterator[Finding]:
    tags = {one.name: one.vlan for one in given.attachments}
    inside = {str(ipaddress.ip_address(one)) for one in gateway["addresses"]}
    gateways = [one for one in given.machines if inside & _addresses(one)]
    if len(gateways) != 1:
        yield _finding("", 0, f"{len(gateways)} machines have the gateway's addresses, not one")
    for machine in given.machines:
        is_gateway = machine in gateways
        for device in machine.passed:
            message = f"{machine.name} is given {device} of its host: no filter sees what it sends"
            yield _finding(machine.file, machine.line, message)
        legs: dict[int, str] = {}
        for one in machine.interfaces:
            tag = tags.get(one.attachment)
            where = (machine.file, one.line)
            if tag is None:
                message = f"{machine.name} is attached to {one.attachment}, which is not here"
                yield _finding(*where, message)
                continue
            if tag != vlan["id"] and not is_gateway:
                message = f"{machine.name} is in VLAN {tag}, beside the gateway"
                yield _finding(*where, message)
            if not one.quiet:
                message = f"{machine.name} takes addresses or routes from VLAN {tag}"
                yield _finding(*where, message)
            legs[tag] = one.name
            for address in one.addresses:
                yield from _placed(machine, where, address.ip, tag, vlan, intent)
            if not is_gateway:
                for hop in one.routes:
                    if str(ipaddress.ip_address(hop)) not in inside:
                        message = f"{machine.name} leaves by {hop}, which is not the gateway"
                        yield _finding(*where, message)
        if is_gateway:
            yield from _legs(machine, legs, vlan, intent)


def _addresses(machine: Machine) -> set[str]:
    return {str(one.ip) for each in machine.interfaces for one in each.addresses}


def _placed(
    machine: Machine,
    where: tuple[str, int],
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    tag: int,
    vlan: Mapping[str, Any],
    intent: Intent,
) -> Iterator[Finding]:
    """An address belongs to the zone whose VLAN it is in."""
    kind = _tags(vlan).get(tag)
    zones = [zone for zone in intent.zones.values() if zone.kind == kind]
    family: Family = 4 if address.version == 4 else 6
    number = int(address)
    inside = (one for zone in zones for one in zone.addresses[family])
    if not any(first <= number <= last for first, last in inside):
        names = ", ".join(zone.name for zone in zones)
        message = f"{machine.name} has {address} in VLAN {tag}, which is of {names}"
        yield _finding(*where, message)


def _legs(
    machine: Machine, legs: Mapping[int, str], vlan: Mapping[str, Any], intent: Intent
) -> Iterator[Finding]:
    """The perimeter's rules go by names of interfaces: each has to be in its own VLAN."""
    (inside,) = {intent.legs[zone.leg - 1] for zone in intent.zones.values() if zone.kind == "tce"}
    for tag, leg in ((vlan["id"], inside), (vlan["uplink"], intent.legs[intent.transit.leg - 1])):
        if legs.get(tag) != leg:
            message = f"the gateway's interface in VLAN {tag} is {legs.get(tag)}, not {leg}"
            yield _finding(machine.file, machine.line, message)
