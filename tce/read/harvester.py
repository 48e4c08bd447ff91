"""Reads what Harvester is given: networks of a VLAN and machines with their interfaces.

Sources: docs.harvesterhci.io "Cluster Network" and "VM Network" (a network of type
``L2VlanNetwork`` is one VLAN on the bridge ``<cluster network>-br``; ``L2VlanTrunkNetwork`` and
``UntaggedNetwork`` carry others; no network name is the management network), the bridge plugin of
CNI, kubevirt.io "Interfaces and Networks", netplan's version 2 in cloud-init's ``networkData``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import Any

from tce.read.manifests import Manifest, read

LABEL = "network.harvesterhci.io/"
_CONFIG = ("cniVersion", "name", "type", "bridge", "promiscMode", "vlan", "ipam", "mtu")
_INTERFACE = ("name", "bridge", "model", "macAddress")
_PASSED = ("hostDevices", "gpus")


@dataclass(frozen=True)
class Attachment:
    """A network that machines can be attached to."""

    file: str
    line: int
    name: str
    """``namespace/name``."""
    cluster_network: str
    bridge: str
    vlan: int


@dataclass(frozen=True)
class Uplink:
    """How a cluster network gets to switches."""

    file: str
    line: int
    cluster_network: str
    nics: tuple[str, ...]
    mtu: int


@dataclass(frozen=True)
class Interface:
    """One of a machine's, with what its own system is told of it."""

    line: int
    name: str
    """In the machine; "" where it is not told."""
    attachment: str
    addresses: tuple[IPv4Interface | IPv6Interface, ...]
    routes: tuple[str, ...]
    """Next hops of its default routes."""
    quiet: bool
    """It takes no addresses or routes from the network."""


@dataclass(frozen=True)
class Machine:
    """A virtual machine."""

    file: str
    line: int
    name: str
    interfaces: tuple[Interface, ...]
    passed: tuple[str, ...]
    """Devices of the host that it is given."""


@dataclass(frozen=True)
class Provider:
    """Everything that is asked of Harvester."""

    cluster_networks: tuple[Manifest, ...]
    uplinks: tuple[Uplink, ...]
    attachments: tuple[Attachment, ...]
    machines: tuple[Machine, ...]


def provider(documents: Iterable[Manifest]) -> Provider:
    """What documents say; raises NotModelledError for kinds and fields that are not known."""
    networks: list[Manifest] = []
    uplinks: list[Uplink] = []
    attachments: list[Attachment] = []
    machines: list[Machine] = []
    for one in documents:
        match one.group, one.kind:
            case "network.harvesterhci.io", "ClusterNetwork":
                networks.append(one)
            case "network.harvesterhci.io", "VlanConfig":
                uplinks.append(_uplink(one))
            case "k8s.cni.cncf.io", "NetworkAttachmentDefinition":
                attachments.append(_attachment(one))
            case "kubevirt.io", "VirtualMachine":
                machines.append(_machine(one))
            case "", "Namespace" | "PersistentVolumeClaim":
                continue
            case _:
                raise one.refuse(f"the kind {one.kind}", "kind")
    return Provider(tuple(networks), tuple(uplinks), tuple(attachments), tuple(machines))


def _uplink(of: Manifest) -> Uplink:
    spec = _mapping(of, of.data.get("spec"), "spec")
    uplink = _mapping(of, spec.get("uplink"), "spec", "uplink")
    name = str(spec.get("clusterNetwork"))
    labels = _mapping(of, of.metadata.get("labels", {}), "metadata", "labels")
    if labels.get(f"{LABEL}clusternetwork") != name:
        raise of.refuse("a label that names another cluster network", "metadata", "labels")
    attributes = _mapping(of, uplink.get("linkAttributes", {}), "spec", "uplink", "linkAttributes")
    nics = uplink.get("nics")
    mtu = attributes.get("mtu", 1500)
    if not isinstance(nics, list) or not isinstance(mtu, int):
        raise of.refuse("no interfaces", "spec", "uplink")
    return Uplink(of.file, of.line("spec"), name, tuple(map(str, nics)), mtu)


def _attachment(of: Manifest) -> Attachment:
    labels = _mapping(of, of.metadata.get("labels", {}), "metadata", "labels")
    where = ("spec", "config")
    text = _mapping(of, of.data.get("spec"), "spec").get("config")
    try:
        config = json.loads(str(text), object_pairs_hook=_once)
    except ValueError as error:
        raise of.refuse(f"config: {error}", *where) from error
    if not isinstance(config, dict):
        raise of.refuse("config that is no mapping", *where)
    for key in config:
        if key not in _CONFIG:
            raise of.refuse(f"config: {key}", *where)
    kind = labels.get(f"{LABEL}type")
    if kind != "L2VlanNetwork" or config.get("type") != "bridge" or config.get("ipam") != {}:
        raise of.refuse(f"a network of type {kind} and {config.get('type')}", "metadata", "labels")
    vlan = config.get("vlan")
    if not isinstance(vlan, int) or isinstance(vlan, bool):
        raise of.refuse("no VLAN, which is the untagged one", *where)
    if labels.get(f"{LABEL}vlan-id") != str(vlan):
        raise of.refuse("a label that says another VLAN", "metadata", "labels")
    if config.get("name") != of.name:
        raise of.refuse("config of another name", *where)
    return Attachment(
        of.file,
        of.line(*where),
        f"{of.namespace}/{of.name}",
        str(labels.get(f"{LABEL}clusternetwork")),
        str(config.get("bridge")),
        vlan,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _machine(of: Manifest) -> Machine:
    where = ("spec", "template", "spec")
    spec: Any = of.data
    for part in where:
        spec = _mapping(of, spec.get(part), *where)
    domain = _mapping(of, spec.get("domain"), *where, "domain")
    devices = _mapping(of, domain.get("devices"), *where, "domain", "devices")
    said = _named(of, spec.get("networks", []), *where, "networks")
    inner = _inner(of, spec, *where)
    interfaces: list[Interface] = []
    for n, one in enumerate(_list(of, devices.get("interfaces", []), *where, "domain")):
        place = (*where, "domain", "devices", "interfaces", n)
        for key in one:
            if key not in _INTERFACE:
                raise of.refuse(f"an interface with {key}", *place)
        network = said.pop(str(one.get("name")), None)
        if network is None or one.get("bridge") != {}:
            raise of.refuse("an interface that is no bridge of a network", *place)
        multus = _mapping(of, network.get("multus"), *where, "networks")
        attached = str(multus.get("networkName") or "")
        if set(network) != {"name", "multus"} or not attached:
            raise of.refuse("a network that is none of Harvester's VLANs", *where, "networks")
        if "/" not in attached:
            attached = f"{of.namespace}/{attached}"
        mac = str(one.get("macAddress", "")).lower()
        interfaces.append(_interface(of.line(*place), attached, inner.get(mac, {})))
    if said:
        raise of.refuse(f"a network without interface: {', '.join(said)}", *where, "networks")
    passed = [str(one.get("name")) for key in _PASSED for one in devices.get(key) or ()]
    return Machine(of.file, of.line(), of.name, tuple(interfaces), tuple(passed))


def _interface(line: int, attached: str, said: Mapping[str, Any]) -> Interface:
    routes = said.get("routes") or ()
    default = [one for one in routes if str(one.get("to")) in ("0.0.0.0/0", "::/0", "default")]
    return Interface(
        line,
        str(said.get("set-name", "")),
        attached,
        tuple(ip_interface(str(one)) for one in said.get("addresses") or ()),
        tuple(str(one.get("via")) for one in default),
        all(said.get(key) is False for key in ("dhcp4", "dhcp6", "accept-ra")),
    )


def _inner(of: Manifest, spec: Mapping[str, Any], *where: str) -> dict[str, Mapping[str, Any]]:
    """By MAC address what a machine is told of its interfaces."""
    found: dict[str, Mapping[str, Any]] = {}
    for volume in _list(of, spec.get("volumes", []), *where, "volumes"):
        cloud = volume.get("cloudInitNoCloud") or volume.get("cloudInitConfigDrive")
        text = cloud.get("networkData") if isinstance(cloud, dict) else None
        if text is None:
            continue
        if not isinstance(text, str):
            raise of.refuse("networkData that is no text", *where, "volumes")
        wrapped = "apiVersion: v1\nkind: Network\ndata:\n" + "".join(
            f"  {line}\n" for line in text.splitlines()
        )
        (read_,) = read(wrapped.encode(), of.file)
        data = _mapping(of, read_.data.get("data"), *where, "volumes")
        if set(data) - {"version", "ethernets"}:
            raise of.refuse("networkData with more than ethernets", *where, "volumes")
        ethernets = _mapping(of, data.get("ethernets"), *where, "volumes")
        for one in ethernets.values():
            matched = _mapping(of, one.get("match"), *where, "volumes")
            found[str(matched.get("macaddress", "")).lower()] = one
    return found


def _named(of: Manifest, value: Any, *where: str) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("name")): one for one in _list(of, value, *where)}


def _list(of: Manifest, value: Any, *where: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise of.refuse("no list of mappings", *where)
    return value


def _mapping(of: Manifest, value: Any, *where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise of.refuse("is no mapping", *where)
    return value
