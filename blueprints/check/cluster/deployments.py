"""The specification that lies in a rendered repository of clusters, as facts to compare with."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.check.cluster.packets import told
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.shape import at, mapping, mappings, text, texts
from blueprints.check.cluster.specification import FILE
from blueprints.check.documents import Path, Yaml
from blueprints.check.repository import Repository

BASELINE = ("metallb", "external-dns", "ceph-csi", "cert-manager", "external-secrets")
"""Components of a cluster that says nothing."""
_NAMED = {"metal": "servers", "hpc": "nodes"}
_PLAIN = {
    "harvester": ("count", "cpu"),
    "vmware": ("count", "cpu"),
    "metal": ("interface", "disk", "architecture"),
    "hpc": ("vcluster", "gpus"),
}
_SIZES = {"harvester": ("memory", "disk"), "vmware": ("memory", "disk"), "hpc": ("memory",)}


@dataclass(frozen=True)
class Deployment:
    """One cluster in one environment; values of any type, because a file can say anything."""

    environment: str
    cluster: dict[str, Any]
    data: dict[str, Any]
    place: Path
    """Where it stands in the specification."""

    @cached_property
    def name(self) -> str:
        """The cluster's name, the same in all environments."""
        return text(self.cluster, "name")

    @cached_property
    def id(self) -> str:
        """Its name in Rancher, in ArgoCD and in the keys of its state."""
        return f"{self.environment}-{self.name}"

    @cached_property
    def folder(self) -> str:
        """Where it lies."""
        return f"clusters/{self.environment}/{self.name}"

    @property
    def components(self) -> tuple[str, ...]:
        """What it has."""
        return texts(self.cluster, "components") if "components" in self.cluster else BASELINE

    def pools(self) -> Iterator[tuple[str, Path, dict[str, Any]]]:
        """Yield role, place and data of each pool."""
        yield "master", (*self.place, "masters"), mapping(self.data, "masters")
        for index, pool in mappings(self.data, "workers"):
            yield "worker", (*self.place, "workers", index), pool


@dataclass(frozen=True, eq=False)
class Clusters:
    """The whole specification."""

    document: Yaml

    @cached_property
    def site(self) -> dict[str, Any]:
        """What all clusters share."""
        return mapping(self.document.data, "site")

    @cached_property
    def environments(self) -> dict[str, Any]:
        """What each environment runs."""
        return mapping(self.document.data, "environments")

    @cached_property
    def networks(self) -> dict[str, dict[str, Any]]:
        """Networks by name."""
        return {text(one, "name"): one for _, one in mappings(self.site, "networks")}

    @cached_property
    def vclusters(self) -> dict[str, dict[str, Any]]:
        """Partitions of the supercomputer by name."""
        return {text(one, "name"): one for _, one in mappings(self.site, "alps", "vclusters")}

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """Every cluster in every environment."""
        return tuple(
            Deployment(
                environment, one, mapping(data), ("clusters", index, "environments", environment)
            )
            for index, one in mappings(self.document.data, "clusters")
            for environment, data in mapping(one, "environments").items()
        )

    @cached_property
    def components(self) -> frozenset[str]:
        """Every component that any environment has a version of."""
        return frozenset(
            name
            for one in self.environments.values()
            for name in mapping(one, "versions", "components")
        )

    def domain(self, one: Deployment) -> str:
        """Under which a cluster is found."""
        return f"{one.name}.{one.environment}.{text(self.site, 'domain')}"

    def facts(self, one: Deployment) -> Iterator[tuple[Path, Any]]:
        """What a cluster's own file says: the place there, and the value."""
        yield ("name",), one.id
        yield ("environment",), one.environment
        yield ("cluster",), one.name
        yield ("domain",), self.domain(one)
        for key in ("title", "model"):
            yield (key,), one.cluster.get(key)
        for key in ("api", "addresses"):
            yield (key,), one.data.get(key)
        network = self.networks.get(text(one.data, "network"), {})
        for key in ("name", "vlan", "cidr", "gateway"):
            yield ("network", key), network.get(key)
        yield ("network", "mtu"), network.get("mtu", 1500)
        cni = mapping(one.cluster, "cni")
        yield ("cni", "name"), cni.get("name", "cilium")
        yield ("cni", "encryption"), cni.get("encryption", "wireguard")
        six = ":" in text(network, "cidr")
        yield ("cni", "mtu"), told(cni, self._sizes(one), six=six)
        ranges = mapping(one.cluster, "ranges")
        services = ranges.get("services", "10.43.0.0/16")
        yield ("ranges", "pods"), ranges.get("pods", "10.42.0.0/16")
        yield ("ranges", "services"), services
        yield ("ranges", "domain"), ranges.get("domain", "cluster.local")
        yield ("ranges", "dns"), tenth(services)
        for key in ("admins", "members", "viewers"):
            yield ("owners", key), at(one.cluster, "owners", key) or []
        yield ("components",), list(one.components)

    def _sizes(self, one: Deployment) -> Iterator[Any]:
        for _, _, pool in one.pools():
            name = text(pool, "network")
            if text(pool, "flavour") == "hpc":
                name = text(self.vclusters.get(text(pool, "vcluster"), {}), "network")
            if name in self.networks:
                yield self.networks[name].get("mtu", 1500)

    def pool_facts(self, role: str, pool: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
        """What the same pool says in the cluster's own file."""
        flavour = text(pool, "flavour")
        yield ("role",), role
        yield ("flavour",), flavour
        for key in _PLAIN.get(flavour, ()):
            if key in pool:
                yield (key,), pool[key]
        for key in _SIZES.get(flavour, ()):
            if key in pool:
                yield (f"{key}_gib",), _gibibytes(pool[key])
        for key, value in mapping(pool, "labels").items():
            yield ("labels", key), value
        if flavour == "hpc":
            yield ("labels", "hpc"), "true"
            yield ("taints", 0, "key"), "hpc"
            yield ("taints", 0, "effect"), "NoSchedule"
            for key, value in mapping(pool, "storage").items():
                yield ("storage", key), value
            vcluster = self.vclusters.get(text(pool, "vcluster"), {})
            network = self.networks.get(text(vcluster, "network"), {})
            for key in ("cidr", "vlan"):
                yield ("network", key), network.get(key)
        elif flavour == "metal":
            network = self.networks.get(text(pool, "network"), {})
            for key in ("cidr", "vlan"):
                yield ("network", key), network.get(key)
        named = _NAMED.get(flavour)
        if named:
            for index, machine in mappings(pool, named):
                for key, value in machine.items():
                    yield (named, index, key), value
            yield (named,), len(at(pool, named) or [])

    def machines(self, one: Deployment) -> Iterator[tuple[str, str, str, Path]]:
        """Yield role, name, address and place of every machine that has a name."""
        for role, place, pool in one.pools():
            named = _NAMED.get(text(pool, "flavour"))
            for index, machine in mappings(pool, named) if named else ():
                yield (
                    role,
                    text(machine, "name"),
                    text(machine, "address"),
                    (*place, named or "", index),
                )

    def value_facts(self, one: Deployment) -> Iterator[tuple[str, Any]]:
        """What the values of a component say somewhere: the component, and the value."""
        site = self.site
        wanted = {
            "metallb": one.data.get("addresses"),
            "external-dns": self.domain(one),
            "cert-manager": [
                at(site, "acme", "email"),
                at(site, "acme", "server") or "https://acme-v02.api.letsencrypt.org/directory",
            ],
            "external-secrets": at(site, "secrets", "server"),
            "ceph-csi": [at(site, "ceph", key) for key in ("id", "pool", "filesystem")],
        }
        for component in one.components:
            said = wanted.get(component)
            for value in said if isinstance(said, list) else [said]:
                if isinstance(value, str):
                    yield component, value

    def site_facts(self) -> Iterator[tuple[Path, Any]]:
        """What the file of the site says."""
        for part, keys in (
            ("rancher", ("url", "auth")),
            ("identity", ("issuer", "administrators")),
            ("state", ("bucket", "endpoint", "key")),
        ):
            for key in keys:
                yield (part, key), at(self.site, part, key)
        yield ("state", "region"), at(self.site, "state", "region") or "us-east-1"
        yield ("identity", "client"), at(self.site, "identity", "client") or "kubernetes"


def deployments(repo: Repository) -> Clusters | None:
    """The repository's specification, where it is one of clusters."""
    known = repo.indexes.get(__name__)
    if __name__ not in repo.indexes:
        known = repo.indexes[__name__] = _read(repo)
    return known if isinstance(known, Clusters) else None


def _read(repo: Repository) -> Clusters | None:
    if not repo.exists(FILE):
        return None
    documents = repo.yaml(FILE)
    if len(documents) != 1 or text(documents[0].data, "blueprint") != "cluster":
        return None
    return Clusters(documents[0])


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same; addresses, networks and ranges in any notation do."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, list) and isinstance(other, int):
        return len(one) == other
    if isinstance(one, str) and isinstance(other, str) and one != other:
        known = _address(one)
        if known is not None:
            return known == _address(other)
        size = quantity(one)
        return size is not None and size == quantity(other)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _address(value: str) -> tuple[Any, ...] | None:
    try:
        if "/" in value:
            return (ipaddress.ip_network(value),)
        return tuple(ipaddress.ip_address(one.strip()) for one in value.split("-"))
    except ValueError:
        return None


def tenth(services: Any) -> Any:
    """The address of the DNS among services; None for what is no network."""
    try:
        return str(ipaddress.ip_network(services)[10])
    except (ValueError, IndexError, TypeError):
        return None


def _gibibytes(size: Any) -> int | None:
    """A quantity of bytes in whole GiB, rounded up."""
    amount = quantity(size)
    return None if amount is None else int(-(-amount // 2**30))
