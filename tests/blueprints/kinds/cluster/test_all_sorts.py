"""Whatever is specified, the check finds nothing in what is rendered from it.

Rendering checks before it writes anything, so that it is enough to render.
"""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest

from blueprints.emit.yaml import yaml_text
from tests.blueprints.kinds.cluster.specifications import VERSIONS, cluster, site
from tests.program import run
from tests.prove import SHARE

SEEDS = range(3 if SHARE > 10 else 12)
TITLES = (
    "T",
    "A: b # c",
    "Line\nTwo",
    '${x} {{ y }} "q" */',
    "漢字 é",
    "%{ if true }",
    "- a: &b *c",
)
ENVIRONMENTS = ("development", "tds", "production")
NEEDS = {"external-dns": "dns", "cert-manager": "dns", "ceph-csi": "ceph"}
SECRETS = {"external-dns", "cert-manager", "ceph-csi", "monitoring"}
FAMILIES = {
    4: ("10.0.{0}.0/24", "10.0.{0}.{1}", "10.0.{0}.100-10.0.{0}.120"),
    6: ("2001:db8:{0:x}::/64", "2001:db8:{0:x}::{1:x}", "2001:db8:{0:x}::a00-2001:db8:{0:x}::aff"),
}


class Sorts:
    """One specification, made of choices; numbers are given out once."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.site = site()
        self.site["networks"] = []
        self.site["alps"]["vclusters"] = []
        for platform in (self.site["harvester"][0], self.site["vmware"][0]):
            platform["networks"] = {}
        self.family = self.rng.choice((4, 4, 6))
        self.numbers = iter(range(1, 10_000))

    def sometimes(self, share: float = 0.5) -> bool:
        return self.rng.random() < share

    def network(self, plane: str = "management") -> tuple[str, int]:
        """A network of its own, known to every platform."""
        number = next(self.numbers)
        cidr, address, _ = FAMILIES[self.family]
        name = f"n-{number}"
        entry = {
            "name": name,
            "vlan": number,
            "cidr": cidr.format(number),
            "gateway": address.format(number, 1),
            "plane": plane,
            "mtu": self.rng.choice((1500, 9000)),
            "shared": self.sometimes(0.2),
        }
        self.site["networks"].append(entry)
        for platform in (self.site["harvester"][0], self.site["vmware"][0]):
            platform["networks"][name] = f"{platform['name']}/{name}"
        return name, number

    def common(self, name: str) -> dict[str, Any]:
        labels = {"tier": "a", "example.org/zone": "x.y_z", "topology.kubernetes.io/zone": "z1"}
        taint = {"key": "example.org/only", "value": "v", "effect": self.rng.choice(("NoExecute",))}
        return {
            "name": name,
            "labels": {key: labels[key] for key in labels if self.sometimes(0.3)},
            "taints": [taint] if name != "base" and self.sometimes(0.3) else [],
        }

    def machines(self, name: str, network: str, count: int) -> dict[str, Any]:
        flavour, on = self.rng.choice((("harvester", "commodity"), ("vmware", "vsphere")))
        return {
            **self.common(name),
            "flavour": flavour,
            "on": on,
            "network": network,
            "count": count,
            "cpu": self.rng.choice((2, 64)),
            "memory": self.rng.choice(("4Gi", "5000Mi", "64G")),
            "disk": self.rng.choice(("60Gi", "1Ti")),
        }

    def metal(self, name: str, network: str, number: int, count: int) -> dict[str, Any]:
        address = FAMILIES[self.family][1]
        ids = [next(self.numbers) for _ in range(count)]
        return {
            **self.common(name),
            "flavour": "metal",
            "enrolment": "maas",
            "network": network,
            "interface": self.rng.choice(("eno1", "bond0.100")),
            "architecture": self.rng.choice(("amd64", "arm64")),
            "disk": self.rng.choice(("/dev/sda", "/dev/disk/by-id/nvme-eui.00")),
            "gpus": self.rng.choice((0, 8)),
            "cpu": 64,
            "memory": "512Gi",
            "servers": [
                {
                    "name": f"s{one}",
                    "address": address.format(number, 20 + one % 70),
                    "mac": f"02:00:00:00:{one // 256:02x}:{one % 256:02x}",
                }
                for one in ids
            ],
        }

    def hpc(self, name: str) -> dict[str, Any]:
        network, number = self.network("highspeed")
        vcluster = f"v-{number}"
        entry = {"name": vcluster, "network": network, "architecture": "arm64"}
        self.site["alps"]["vclusters"].append(
            {**entry, "interface": self.rng.choice(("hsn0", "hsn1"))}
        )
        ram = {"type": "ram", "size": "100Gi"}
        rbd = {"type": "rbd", "size": "1Ti", "pool": "images"}
        address = FAMILIES[self.family][1]
        return {
            **self.common(name),
            "flavour": "hpc",
            "vcluster": vcluster,
            "memory": "800Gi",
            "storage": self.rng.choice((ram, rbd)) if "ceph" in self.site else ram,
            "nodes": [
                {"name": f"nid{next(self.numbers):06}", "address": address.format(number, 20 + one)}
                for one in range(self.rng.randint(1, 3))
            ],
        }

    def deployment(self, model: str) -> dict[str, Any]:
        network, number = self.network()
        masters = self.rng.choice((1, 3, 5))
        _, address, addresses = FAMILIES[self.family]
        where = {
            "network": network,
            "api": address.format(number, 10),
            "addresses": [addresses.format(number)],
        }
        if model == "bare-metal":
            return {
                **where,
                "masters": self.metal("master", network, number, masters),
                "workers": [self.metal("base", network, number, self.rng.randint(1, 4))],
            }
        workers = [self.machines("base", network, self.rng.randint(1, 4))]
        if self.sometimes():
            workers.append(self.machines("more", self.network()[0], 1))
        if model == "hybrid":
            workers += [self.hpc(f"gpu-{one}") for one in range(self.rng.randint(1, 2))]
        return {**where, "masters": self.machines("master", network, masters), "workers": workers}

    def components(self, environments: dict[str, Any]) -> list[str]:
        chosen = [
            one
            for one in VERSIONS["components"]
            if self.sometimes(0.6) and NEEDS.get(one, "name") in self.site
        ]
        gpus = any(
            pool["flavour"] == "hpc" or pool.get("gpus")
            for one in environments.values()
            for pool in one["workers"]
        )
        if not gpus and "gpu-operator" in chosen:
            chosen.remove("gpu-operator")
        if SECRETS & set(chosen) and "external-secrets" not in chosen:
            chosen.append("external-secrets")
        self.rng.shuffle(chosen)
        return chosen

    def cluster(self, name: str, environments: list[str]) -> dict[str, Any]:
        model = self.rng.choice(("virtual", "bare-metal", "hybrid"))
        deployments = {one: self.deployment(model) for one in environments}
        made = cluster(name, model, **deployments)
        made["title"] = self.rng.choice(TITLES)
        made["owners"] = {"admins": [f"{name}-a", "b.c_d"], "members": [f"{name}-m"]}
        made["components"] = self.components(deployments)
        made["cni"] = self.rng.choice(
            (
                {"name": "cilium"},
                {"name": "cilium", "encryption": "none", "mtu": 1400},
                {"name": "calico"},
                {"name": "calico", "encryption": "none"},
                {"name": "canal", "encryption": "none"},
            )
        )
        if self.family == 6:
            made["ranges"] = {"pods": "fd00:42::/56", "services": "fd00:43::/112"}
        elif self.sometimes():
            made["ranges"] = {
                "pods": "10.60.0.0/16",
                "services": "10.61.0.0/16",
                "domain": "in.side",
            }
        return made

    def specification(self) -> dict[str, Any]:
        for key in ("dns", "ceph"):
            if self.sometimes(0.2):
                del self.site[key]
        if self.sometimes(0.3):
            self.site |= {
                "mirror": {"registry": "m.example.org/all", "charts": "m.example.org/charts"},
                "registries": ["m.example.org"],
                "acme": {"email": "a@b.org", "server": "https://ca.example.org/directory"},
            }
        if self.sometimes(0.3):
            self.site |= {"ci": "gitlab", "git": {**self.site["git"], "type": "gitlab"}}
        if self.sometimes(0.3):
            self.site |= {"resolvers": ["192.0.2.53"], "ntp": ["ntp.example.org", "192.0.2.1"]}
        environments = self.rng.choice((["production"], ["tds", "production"], list(ENVIRONMENTS)))
        clusters = [
            self.cluster(f"{'c' * self.rng.choice((1, 19))}{number}", sorted(chosen))
            for number in range(self.rng.randint(1, 3))
            if (chosen := self.rng.sample(environments, self.rng.randint(1, len(environments))))
        ]
        used = {one for made in clusters for one in made["environments"]}
        versions = copy.deepcopy(VERSIONS)
        if not self.site["alps"]["vclusters"]:
            del self.site["alps"]
        return {
            "blueprint": "cluster",
            "version": 1,
            "site": self.site,
            "environments": {one: {"versions": versions} for one in ENVIRONMENTS if one in used},
            "clusters": clusters,
        }


@pytest.mark.parametrize("seed", SEEDS)
def test_any_specification_renders_to_what_the_check_has_nothing_to_say_of(
    seed: int, tmp_path: Path
) -> None:
    (tmp_path / "s.yaml").write_bytes(yaml_text([Sorts(seed).specification()]))
    done = run("blueprint", "render", "s.yaml", "--out", "repo", cwd=tmp_path)
    assert done.code == 0, done.out + done.err
