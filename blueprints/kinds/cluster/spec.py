"""What an institution writes down about its clusters: one site, three environments, many clusters.

Nothing here is a secret: secrets are named by their key in the secret store. What does not fit
together is told by :mod:`blueprints.kinds.cluster.rules`, with its reason and its place.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from blueprints.kinds.cluster import rules
from blueprints.kinds.cluster.names import (
    Address,
    AddressRange,
    ChartVersion,
    ClusterName,
    Device,
    Interface,
    MacAddress,
    NodeName,
    Rke2Version,
)
from blueprints.kinds.cluster.site import Architecture, Site
from blueprints.parts.names import (
    Cidr,
    Count,
    FreeText,
    Group,
    Host,
    LabelKey,
    LabelValue,
    Name,
    Quantity,
    ShortName,
    Strict,
)
from blueprints.parts.refuse import refuse

Environment = Literal["development", "tds", "production"]
ENVIRONMENTS: tuple[Environment, ...] = ("development", "tds", "production")
"""In the order of promotion."""
Component = Literal[
    "metallb",
    "external-dns",
    "ceph-csi",
    "cert-manager",
    "external-secrets",
    "gpu-operator",
    "kueue",
    "kuberay",
    "monitoring",
]
BASELINE: tuple[Component, ...] = (
    "metallb",
    "external-dns",
    "ceph-csi",
    "cert-manager",
    "external-secrets",
)
"""What every cluster has unless it says otherwise."""


class Versions(Strict):
    """What an environment runs: the only part of a specification that `promote` changes."""

    kubernetes: Rke2Version
    """Of RKE2, such as ``v1.33.5+rke2r1``."""
    components: dict[Component, ChartVersion] = Field(min_length=1)
    """Version of each component's chart."""


class Settings(Strict):
    """One environment."""

    versions: Versions


class Owners(Strict):
    """Groups of the identity provider, and what they may do."""

    admins: list[Group] = Field(min_length=1, max_length=20)
    members: list[Group] = Field(default=[], max_length=20)
    viewers: list[Group] = Field(default=[], max_length=20)


class Cni(Strict):
    """The network of pods."""

    name: Literal["cilium", "canal", "calico"] = "cilium"
    encryption: Literal["none", "wireguard"] = "wireguard"
    """Between nodes; Cilium and Calico have it."""
    mtu: Annotated[int, Field(strict=True, ge=1280, le=9216)] | None = None
    """Of a pod's interface: at most the networks' less the overlay; None: as large as may be."""


class Ranges(Strict):
    """Addresses inside of a cluster; the same on every server of it."""

    pods: Cidr = "10.42.0.0/16"
    services: Cidr = "10.43.0.0/16"
    domain: Name | Host = "cluster.local"


class Taint(Strict):
    """Keeps pods away that do not say that they can bear it."""

    key: LabelKey
    value: LabelValue
    effect: Literal["NoSchedule", "NoExecute", "PreferNoSchedule"] = "NoSchedule"


class Pool(Strict):
    """Nodes of one sort."""

    name: ShortName
    labels: dict[LabelKey, LabelValue] = Field(default={}, max_length=20)
    taints: list[Taint] = Field(default=[], max_length=10)


class Machines(Pool):
    """Virtual machines that Rancher makes and replaces."""

    on: ShortName
    """Which of the site's Harvesters or vSpheres."""
    network: ShortName
    count: Annotated[Count, Field(ge=1, le=1000)]
    cpu: Annotated[Count, Field(ge=2, le=512)]
    memory: Quantity
    disk: Quantity

    @property
    def size(self) -> int:
        """How many nodes it has."""
        return self.count


class HarvesterPool(Machines):
    """Virtual machines on SUSE Virtualization."""

    flavour: Literal["harvester"]


class VmwarePool(Machines):
    """Virtual machines on VMware."""

    flavour: Literal["vmware"]


class Server(Strict):
    """A bare-metal server, as MAAS knows it."""

    name: NodeName
    address: Address
    mac: MacAddress
    """Of the interface it starts from."""


class MetalPool(Pool):
    """Commodity servers: installed by MAAS, joined by Ansible."""

    flavour: Literal["metal"]
    enrolment: Literal["maas"] | None = None
    """How servers get their system; without one they could never join."""
    network: ShortName
    interface: Interface
    architecture: Architecture = "amd64"
    disk: Device
    """The local disk of container images and volumes."""
    cpu: Annotated[Count, Field(ge=2, le=2048)] | None = None
    """Cores of a server; with `memory` and `gpus` for what shares them out (Kueue)."""
    memory: Quantity | None = None
    gpus: Annotated[Count, Field(le=32)] = 0
    servers: list[Server] = Field(min_length=1, max_length=1000)

    @property
    def size(self) -> int:
        """How many nodes it has."""
        return len(self.servers)


class HpcNode(Strict):
    """A diskless node of the supercomputer."""

    name: NodeName
    """Such as nid001234."""
    address: Address
    """On the high-speed network."""


class RamDisk(Strict):
    """Container images and writable layers in memory: fastest, gone after a reboot."""

    type: Literal["ram"]
    size: Quantity


class Rbd(Strict):
    """Container images and writable layers on a Ceph RBD image of the node's own."""

    type: Literal["rbd"]
    size: Quantity
    pool: Group


class HpcPool(Pool):
    """Nodes of Alps: diskless, hence every boot is a new node."""

    flavour: Literal["hpc"]
    vcluster: ShortName
    storage: Annotated[RamDisk | Rbd, Field(discriminator="type")]
    gpus: Annotated[Count, Field(le=16)] = 4
    """Of a node, as `cpu` and `memory`."""
    cpu: Annotated[Count, Field(ge=2, le=2048)] = 288
    memory: Quantity
    nodes: list[HpcNode] = Field(min_length=1, max_length=10_000)

    @property
    def size(self) -> int:
        """How many nodes it has."""
        return len(self.nodes)


AnyPool = Annotated[
    HarvesterPool | VmwarePool | MetalPool | HpcPool, Field(discriminator="flavour")
]


class Deployment(Strict):
    """One cluster in one environment."""

    network: ShortName
    """Where its API and its services are reached."""
    api: Address
    """Of the API servers, for nodes that join and people."""
    addresses: list[AddressRange] = Field(min_length=1, max_length=10)
    """What MetalLB may give to services."""
    masters: AnyPool
    workers: list[AnyPool] = Field(min_length=1, max_length=50)


class Cluster(Strict):
    """One cluster, in one environment or more."""

    name: ClusterName
    title: FreeText
    model: Literal["virtual", "bare-metal", "hybrid"]
    """How it is assembled; ``hybrid`` is Alpernetes: virtual machines and nodes of Alps."""
    owners: Owners
    cni: Cni = Cni()
    ranges: Ranges = Ranges()
    components: list[Component] = Field(default=list(BASELINE), max_length=20)
    environments: dict[Environment, Deployment] = Field(min_length=1)


class Specification(Strict):
    """The whole file."""

    blueprint: Literal["cluster"]
    version: Literal[1]
    site: Site
    environments: dict[Environment, Settings] = Field(min_length=1)
    clusters: list[Cluster] = Field(min_length=1, max_length=2000)

    @model_validator(mode="after")
    def _fits(self) -> "Specification":
        refuse(rules.of_clusters(self))
        return self

    def deployments(self) -> Iterator[tuple[Environment, Cluster, Deployment]]:
        """Every cluster in every environment, environment by environment."""
        for environment in ENVIRONMENTS:
            for cluster in self.clusters:
                if environment in cluster.environments:
                    yield environment, cluster, cluster.environments[environment]
