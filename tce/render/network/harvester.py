"""``network/harvester/``: what the provider applies on his Harvester; nothing in it is a secret.

The environment has a ClusterNetwork of its own, with one bridge, and a VM network for each VLAN on
it: tagged, no trunk. Harvester filters nothing between machines of a VLAN and gives machines that
name no network its management network, so each machine names its networks, all of them here.
Fields: Harvester 1.5's VlanConfig, Multus' NetworkAttachmentDefinition, KubeVirt's VirtualMachine.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.parts.manifests import labels
from tce.render.network.machines import Machine, Port, machines, vlans

if TYPE_CHECKING:
    from tce.intent.spec import Specification

Document: TypeAlias = dict[str, object]
FOLDER = "network/harvester"
_OWN = labels("provider", "network")
_LABEL = "network.harvesterhci.io/"
_HEADER = """\
For the provider to apply on his Harvester, with the rights of its administrator.
Nothing here is a secret. Made from spec.yaml: change it there.
"""


DATA = "data"
_BLANK = "harvester-longhorn"
"""Harvester's own class, for a disk with nothing on it: the node encrypts it before it writes."""


def files(spec: "Specification") -> Iterator[File]:
    """Three files: the bridge, its VLANs, machines."""
    for name, documents in (
        ("cluster-network", _cluster_network(spec)),
        ("networks", _networks(spec)),
        ("machines", _machines(spec)),
    ):
        yield File(f"{FOLDER}/{name}.yaml", yaml_text(list(documents), _HEADER))


def network_of(spec: "Specification", zone: str) -> str:
    """``namespace/name`` of a zone's VM network."""
    named = spec.harvester.networks.get(zone)
    return named if named is not None else f"{spec.vlan.namespace}/{spec.name}-{zone}"


def _cluster_network(spec: "Specification") -> Iterator[Document]:
    name = spec.vlan.cluster_network
    yield {
        "apiVersion": "network.harvesterhci.io/v1beta1",
        "kind": "ClusterNetwork",
        "metadata": {"name": name, "labels": _OWN},
    }
    yield {
        "apiVersion": "network.harvesterhci.io/v1beta1",
        "kind": "VlanConfig",
        "metadata": {"name": name, "labels": {f"{_LABEL}clusternetwork": name, **_OWN}},
        "spec": {
            "clusterNetwork": name,
            "uplink": {
                "nics": list(spec.vlan.nics),
                "bondOptions": {"mode": "active-backup", "miimon": 100},
                "linkAttributes": {"mtu": spec.vlan.mtu},
            },
        },
    }


def _networks(spec: "Specification") -> Iterator[Document]:
    for zone, tag in vlans(spec):
        namespace, _, name = network_of(spec, zone).partition("/")
        config = {
            "cniVersion": "0.3.1",
            "name": name,
            "type": "bridge",
            "bridge": f"{spec.vlan.cluster_network}-br",
            "promiscMode": True,
            "vlan": tag,
            "ipam": {},
        }
        yield {
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": {
                    f"{_LABEL}clusternetwork": spec.vlan.cluster_network,
                    f"{_LABEL}type": spec.vlan.type,
                    f"{_LABEL}vlan-id": str(tag),
                    **_OWN,
                },
            },
            "spec": {"config": json.dumps(config)},
        }


def _machines(spec: "Specification") -> Iterator[Document]:
    for machine in machines(spec):
        yield _machine(spec, machine)


def _machine(spec: "Specification", machine: Machine) -> Document:
    carried = {"harvesterhci.io/vmName": machine.name, "tutela/pool": machine.pool, **_OWN}
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {
            "name": machine.name,
            "namespace": spec.vlan.namespace,
            "labels": carried,
            "annotations": {"harvesterhci.io/volumeClaimTemplates": _claims(spec, machine)},
        },
        "spec": {
            "runStrategy": "RerunOnFailure",
            "template": {
                "metadata": {"labels": carried},
                "spec": {
                    "hostname": machine.name,
                    "domain": _domain(machine),
                    "networks": [
                        {"name": one.zone, "multus": {"networkName": network_of(spec, one.zone)}}
                        for one in machine.ports
                    ],
                    "volumes": [
                        *(
                            {
                                "name": one,
                                "persistentVolumeClaim": {"claimName": f"{machine.name}-{one}"},
                            }
                            for one in _disks(machine)
                        ),
                        {
                            "name": "addresses",
                            "cloudInitNoCloud": {
                                "userData": "#cloud-config\nssh_pwauth: false\n",
                                "networkData": _network_data(machine),
                            },
                        },
                    ],
                },
            },
        },
    }


def _domain(machine: Machine) -> Document:
    return {
        "cpu": {"cores": machine.cpu},
        "memory": {"guest": machine.memory},
        "resources": {"limits": {"cpu": str(machine.cpu), "memory": machine.memory}},
        "features": {"smm": {"enabled": True}},
        "firmware": {"bootloader": {"efi": {"secureBoot": True}}},
        "devices": {
            # Console and video show what is on the screen to whoever runs the hypervisor.
            "autoattachGraphicsDevice": False,
            "disks": [
                {"name": "root", "bootOrder": 1, "disk": {"bus": "virtio"}},
                *(
                    # By its serial the node finds it: /dev/disk/by-id/virtio-data.
                    {"name": one, "serial": one, "disk": {"bus": "virtio"}}
                    for one in _disks(machine)
                    if one == DATA
                ),
                {"name": "addresses", "disk": {"bus": "virtio"}},
            ],
            "interfaces": [
                {"name": one.zone, "bridge": {}, "model": "virtio", "macAddress": one.mac}
                for one in machine.ports
            ],
        },
    }


def _disks(machine: Machine) -> tuple[str, ...]:
    return ("root",) if machine.data is None else ("root", DATA)


def _claims(spec: "Specification", machine: Machine) -> str:
    """As Harvester itself writes it; a root's storage class is the one it made for the image."""
    image: Document = {"annotations": {"harvesterhci.io/imageId": spec.harvester.image}}
    of_image = f"longhorn-{spec.harvester.image.rpartition('/')[2]}"
    claims = [_claim(f"{machine.name}-root", machine.root, of_image, image)]
    if machine.data is not None:
        claims.append(_claim(f"{machine.name}-{DATA}", machine.data, _BLANK, {}))
    return json.dumps(claims)


def _claim(name: str, size: str, storage: str, more: Document) -> Document:
    return {
        "metadata": {"name": name, **more},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": size}},
            "volumeMode": "Block",
            "storageClassName": storage,
        },
    }


def _network_data(machine: Machine) -> str:
    """cloud-init's network configuration, version 2: addresses that are set, not leased."""
    interfaces = {one.leg: _interface(one) for one in machine.ports}
    return yaml_text([{"version": 2, "ethernets": interfaces}]).decode().removeprefix("---\n")


def _interface(port: Port) -> Document:
    found: Document = {
        "match": {"macaddress": port.mac},
        "set-name": port.leg,
        "dhcp4": False,
        "dhcp6": False,
        "accept-ra": False,
        "addresses": list(port.addresses),
    }
    if port.routers:
        ways = [
            {"to": "::/0" if ":" in router else "0.0.0.0/0", "via": router}
            for router in port.routers
        ]
        found["routes"] = ways
    return found
