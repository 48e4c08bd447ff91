"""Specifications that tests start from: three small clusters, and what is changed in them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from blueprints.emit.yaml import yaml_text
from blueprints.engine.spec import parse
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.spec import Specification
from blueprints.yamltext import InvalidFileError

GONE = object()
"""Instead of a value: the key or the item is not there."""
BASELINE = ["metallb", "external-dns", "ceph-csi", "cert-manager", "external-secrets"]
VERSIONS = {
    "kubernetes": "v1.33.5+rke2r1",
    "components": {
        "metallb": "0.15.2",
        "external-dns": "1.19.0",
        "ceph-csi": "3.15.0",
        "cert-manager": "v1.18.2",
        "external-secrets": "0.20.1",
        "gpu-operator": "v25.3.4",
        "kueue": "0.13.4",
        "kuberay": "1.4.2",
        "monitoring": "77.6.2",
    },
}


def network(number: int, name: str, **changes: Any) -> dict[str, Any]:
    """A /24 with VLAN 100 + number; changes replace keys."""
    return {
        "name": name,
        "vlan": 100 + number,
        "cidr": f"10.0.{number}.0/24",
        "gateway": f"10.0.{number}.1",
        "plane": "management",
        **changes,
    }


def site() -> dict[str, Any]:
    """A site that has everything."""
    mapped = ("web", "mixed", "web-test")
    return {
        "name": "test",
        "domain": "k8s.example.org",
        "git": {
            "type": "forgejo",
            "repository": "https://git.example.org/platform/clusters.git",
            "credentials": "git/clusters",
            "organisation": "platform",
            "administrators": "platform",
        },
        "ci": "github",
        "rancher": {
            "url": "https://rancher.example.org",
            "address": "192.0.2.20/32",
            "auth": "keycloakoidc",
        },
        "argocd": {"url": "https://argocd.example.org", "address": "192.0.2.30/32"},
        "identity": {
            "issuer": "https://id.example.org/realms/centre",
            "administrators": "platform-admins",
        },
        "secrets": {"server": "https://vault.example.org", "address": "192.0.2.10/32"},
        "state": {"bucket": "tofu", "endpoint": "https://s3.example.org", "key": "tofu"},
        "automation": {"cidrs": ["192.0.2.40/32"], "ssh_key": "automation/ssh"},
        "clients": ["198.51.100.0/24"],
        "registries": ["registry.example.org", "docker.io"],
        "networks": [
            network(1, "web", dhcp="10.0.1.128-10.0.1.254"),
            network(2, "mixed", dhcp="10.0.2.128-10.0.2.254"),
            network(3, "servers", mtu=9000),
            network(4, "hsn", plane="highspeed", mtu=9000),
            network(5, "web-test", dhcp="10.0.5.128-10.0.5.254"),
            network(6, "spare"),
        ],
        "harvester": [
            {
                "name": "commodity",
                "credential": "harvester",
                "address": "192.0.2.60/32",
                "namespace": "kubernetes",
                "image": "default/leap",
                "networks": {name: f"kubernetes/{name}" for name in mapped},
            }
        ],
        "vmware": [
            {
                "name": "vsphere",
                "credential": "vsphere",
                "address": "192.0.2.61/32",
                "datacenter": "/Centre",
                "pool": "/Centre/host/Compute/Resources/kubernetes",
                "datastore": "/Centre/datastore/flash",
                "folder": "/Centre/vm/kubernetes",
                "template": "/Centre/vm/templates/leap",
                "networks": {name: f"/Centre/network/{name}" for name in mapped},
            }
        ],
        "maas": {
            "url": "https://maas.example.org/MAAS",
            "address": "192.0.2.62/32",
            "image": "noble",
        },
        "alps": {"vclusters": [{"name": "alps", "network": "hsn", "architecture": "arm64"}]},
        "ceph": {
            "id": "5f6c2a9e-0000-4000-8000-000000000000",
            "monitors": ["10.90.0.1:6789", "10.90.0.2:6789"],
            "cidr": "10.90.0.0/24",
            "pool": "kubernetes",
            "filesystem": "kubernetes",
        },
        "dns": {
            "server": "ns1.example.org",
            "address": "192.0.2.53/32",
            "zone": "example.org",
            "key": "external-dns",
        },
        "acme": {"email": "platform@example.org"},
    }


def machines(name: str, network: str = "web", **changes: Any) -> dict[str, Any]:
    """A pool of three machines on Harvester."""
    return {
        "name": name,
        "flavour": "harvester",
        "on": "commodity",
        "network": network,
        "count": 3,
        "cpu": 4,
        "memory": "16Gi",
        "disk": "60Gi",
        **changes,
    }


def server(number: int) -> dict[str, Any]:
    """A bare-metal server in the network of servers."""
    return {
        "name": f"server-{number}",
        "address": f"10.0.3.{number}",
        "mac": f"02:00:00:00:00:{number:02x}",
    }


def metal(name: str, *numbers: int, **changes: Any) -> dict[str, Any]:
    """A pool of servers."""
    return {
        "name": name,
        "flavour": "metal",
        "enrolment": "maas",
        "network": "servers",
        "interface": "eno1",
        "disk": "/dev/nvme0n1",
        "servers": [server(number) for number in numbers],
        **changes,
    }


def hpc(name: str, *numbers: int, **changes: Any) -> dict[str, Any]:
    """A pool of nodes of Alps."""
    return {
        "name": name,
        "flavour": "hpc",
        "vcluster": "alps",
        "memory": "800Gi",
        "storage": {"type": "ram", "size": "200Gi"},
        "nodes": [{"name": f"nid{number:06}", "address": f"10.0.4.{number}"} for number in numbers],
        **changes,
    }


def placed(number: int, name: str, masters: Any, *workers: Any, **changes: Any) -> dict[str, Any]:
    """A cluster in an environment, in the network of this number and name."""
    return {
        "network": name,
        "api": f"10.0.{number}.10",
        "addresses": [f"10.0.{number}.100-10.0.{number}.120"],
        "masters": masters,
        "workers": list(workers),
        **changes,
    }


def cluster(name: str, model: str, **environments: Any) -> dict[str, Any]:
    """A cluster with the baseline of components."""
    return {
        "name": name,
        "title": f"The cluster {name}",
        "model": model,
        "owners": {"admins": [f"{name}-admins"], "viewers": [f"{name}-viewers"]},
        "components": list(BASELINE),
        "environments": environments,
    }


def data() -> dict[str, Any]:
    """Clusters 0 (virtual, in two environments), 1 (hybrid), 2 (bare metal)."""
    return {
        "blueprint": "cluster",
        "version": 1,
        "site": site(),
        "environments": {
            "tds": {"versions": copy.deepcopy(VERSIONS)},
            "production": {"versions": copy.deepcopy(VERSIONS)},
        },
        "clusters": [
            cluster(
                "services",
                "virtual",
                production=placed(
                    1,
                    "web",
                    machines("master"),
                    machines("web"),
                    machines("old", flavour="vmware", on="vsphere"),
                ),
                tds=placed(
                    5,
                    "web-test",
                    machines("master", network="web-test"),
                    machines("web", network="web-test"),
                ),
            ),
            cluster(
                "models",
                "hybrid",
                production=placed(
                    2,
                    "mixed",
                    machines("master", network="mixed"),
                    machines("baseline", network="mixed"),
                    hpc("gpu", 21, 22),
                ),
            ),
            cluster(
                "data",
                "bare-metal",
                production=placed(
                    3, "servers", metal("master", 21, 22, 23), metal("worker", 31, 32)
                ),
            ),
        ],
    }


def small() -> dict[str, Any]:
    """One cluster of all four flavours in one environment, with every optional key."""
    whole = data()
    shared, versions = whole["site"], copy.deepcopy(VERSIONS)
    shared["networks"] = [one for one in shared["networks"] if one["name"] in ("mixed", "hsn")]
    for platform in ("harvester", "vmware"):
        (entry,) = shared[platform]
        entry["networks"] = {"mixed": entry["networks"]["mixed"]}
    server = {"name": "server-1", "address": "10.0.2.31", "mac": "02:00:00:00:00:01"}
    only = cluster(
        "models",
        "hybrid",
        production=placed(
            2,
            "mixed",
            machines("master", "mixed", count=1),
            machines("old", "mixed", flavour="vmware", on="vsphere", labels={"tier": "old"}),
            metal("disks", network="mixed", servers=[server], gpus=1, cpu=32, memory="256Gi"),
            hpc("gpu", 21, taints=[{"key": "accelerator", "value": "gh200"}]),
        ),
    )
    only["components"] = list(versions["components"])
    whole |= {"environments": {"production": {"versions": versions}}, "clusters": [only]}
    return whole


def changed(changes: dict[str, Any], base: dict[str, Any] | None = None) -> dict[str, Any]:
    """A specification with values at ``/``-separated places replaced, added (``+``) or gone."""
    made = copy.deepcopy(data() if base is None else base)
    for path, value in changes.items():
        *parts, last = path.split("/")
        here: Any = made
        for part in parts:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if isinstance(here, list):
            if last == "+":
                here.append(value)
            elif value is GONE:
                del here[int(last)]
            else:
                here[int(last)] = value
        elif value is GONE:
            del here[last]
        else:
            here[last] = value
    return made


def typed(changes: dict[str, Any] | None = None) -> Specification:
    """The specification as a value, read as a user's file is."""
    model = parse(yaml_text([changed(changes or {})]), "s.yaml", BLUEPRINT).model
    assert isinstance(model, Specification)
    return model


def said(changes: dict[str, Any]) -> tuple[str, ...]:
    """What is told of a specification that is wrong."""
    with pytest.raises(InvalidFileError) as caught:
        typed(changes)
    return caught.value.messages


def shown(path: str) -> str:
    """A ``/``-separated place in the words of a message; behind ``//`` is one key as it is."""
    path, _, key = path.partition("//")
    parts = [f"[{part}]" if part.isdigit() else f".{part}" for part in path.split("/")]
    return "".join([*parts, f".{key}" if key else ""]).removeprefix(".")


def tells(changes: dict[str, Any], place: str, text: str) -> None:
    """That a mistake is told, at this place, in words of which these are some."""
    messages = said(changes)
    matching = [one for one in messages if f": {shown(place)}: " in one and text in one]
    assert matching, messages
    assert all(one.startswith("s.yaml:") and one.split(":")[2].isdigit() for one in messages)
