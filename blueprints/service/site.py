"""What differs between centres, and nothing else: one profile for each site."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from blueprints.parts.names import (
    Bucket,
    Count,
    Folder,
    FreeText,
    Host,
    LabelKey,
    LabelValue,
    Name,
    Quantity,
    Registry,
    ShortName,
    Strict,
    SubPath,
    Url,
    whole,
)
from blueprints.parts.refuse import Place, Problem, refuse, unknown
from blueprints.service import profiles
from blueprints.service.model import Variable

RuntimeName = Literal[
    "podman",
    "docker",
    "apptainer",
    "slurm",
    "flux",
    "vllm-chart",
    "production-stack",
    "kubernetes",
]
Interface = Annotated[str, whole(r"[A-Za-z0-9][A-Za-z0-9_.-]*", 15, "a network interface")]


Transport = Literal["tcp", "ib", "cxi"]
ProxyUrl = Annotated[
    str,
    whole(
        r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/?",
        300,
        "an http:// or https:// address without user, path or query",
    ),
]
Near = Annotated[
    str,
    whole(r"[A-Za-z0-9.*:/_-]+", 200, "a domain, an address or a network, one to an entry"),
]
_NOT_OF_NETWORKS = re.compile(
    r"HOME|DO_NOT_TRACK|(HF|TRANSFORMERS|VLLM|XDG|RAY)_.*|.*_PROXY|.*(TOKEN|SECRET|PASSWORD).*"
)
HOSTS = frozenset(["podman", "docker", "apptainer", "slurm", "flux"])
"""Runtimes whose containers see folders of the node."""


class Store(Strict):
    """The object store that models are mirrored to."""

    endpoint: Url
    bucket: Bucket
    prefix: SubPath = "huggingface.co"
    region: Name | None = None
    checksum: Literal["when_required", "when_supported"]
    """``AWS_REQUEST_CHECKSUM_CALCULATION``: what this store's version accepts."""
    attempts: Annotated[int, Field(strict=True, ge=1, le=100)] = 10


class Proxies(Strict):
    """What speaks to the outside for nodes that cannot."""

    http: ProxyUrl | None = None
    https: ProxyUrl | None = None
    no_proxy: list[Near] = Field(default=[])


class Accelerators(Strict):
    """Of one node."""

    type: Literal["cuda", "rocm", "oneapi"]
    count: Annotated[int, Field(strict=True, ge=1, le=64)]
    memory: Quantity
    """Of each."""
    product: FreeText
    resource: LabelKey = "nvidia.com/gpu"
    """What Kubernetes counts."""


class Node(Strict):
    """What one node is, and what of it a service may take that has all its accelerators."""

    architecture: Literal["amd64", "arm64"]
    processors: Annotated[int, Field(strict=True, ge=1, le=4096)]
    memory: Quantity
    nodes: Count
    """How many a service may take."""


class Folders(Strict):
    """Of nodes; shared by all of them."""

    models: Folder
    cache: Folder
    images: Folder
    """SIF and SquashFS files that jobs make of images."""


class Scheduler(Strict):
    """Who gives out nodes."""

    type: Literal["slurm", "flux", "none"]
    partition: Name | None = None
    account: Name | None = None
    hours: Annotated[int, Field(strict=True, ge=1, le=720)] = 24
    container: Literal["podman", "apptainer"] = "podman"
    """What its jobs start containers with."""


class Network(Strict):
    """How nodes reach each other."""

    interface: Interface | None = None
    """Which NCCL and the rendezvous use; None: the one of the default route."""
    transport: Transport = "tcp"
    """``cxi`` (Slingshot by libfabric) is an experiment: it needs a plugin in the image."""
    sets: dict[Transport, dict[Variable, FreeText]] = Field(default={})
    """What the centre publishes for each transport (NCCL_.., FI_..); the chosen one's is set."""
    variables: dict[Variable, FreeText] = Field(default={})
    """Beyond and over that, whatever the transport."""


class Kubernetes(Strict):
    """Where there is a cluster."""

    namespace: Name
    storage_class: Name
    secret_store: Name = "platform"  # noqa: S105 - the name of a store
    """The ClusterSecretStore from which external-secrets fills ``<service>-secrets``."""
    selector: dict[LabelKey, LabelValue] = Field(default={"hpc": "true"})
    taint: LabelKey | None = "hpc"
    taint_value: LabelValue | None = "true"
    openshift: bool = False
    host_network: bool = False
    """Whether pods of several nodes use the nodes' own network: where :attr:`Network.interface`
    is one that pods do not have. Policies of the cluster's network do not hold for them."""
    clients: list[Name] = Field(default=[])
    """Namespaces whose pods may ask the engines besides those of :attr:`namespace`: of an ingress
    controller or a gateway, of applications."""
    ingress: Literal["ingress", "gateway", "none"] = "none"
    host: Host | None = None
    tls_secret: Name | None = None
    gateway: Name | None = None
    gateway_namespace: Name | None = None
    """Where that gateway is; None: in :attr:`namespace`. It has to admit routes from there."""


class Access(Strict):
    """How people reach a service of a scheduler's nodes."""

    login: Host | None = None
    """The login node that SSH tunnels go through."""
    proxy: Host | None = None
    """The service node whose NGINX stands before compute nodes (compute as login)."""
    certificate: Folder | None = None
    key: Folder | None = None


class Site(Strict):
    """A centre, or one platform of it. ``profile`` fills in what is not said."""

    name: ShortName
    profile: ShortName | None = None
    registry: Registry
    runtimes: Annotated[list[RuntimeName], Field(min_length=1)]
    store: Store
    accelerators: Accelerators
    node: Node
    folders: Folders | None = None
    scheduler: Scheduler = Scheduler(type="none")
    network: Network = Network()
    kubernetes: Kubernetes | None = None
    access: Access = Access()
    proxies: Proxies = Proxies()
    certificates: Folder | None = None
    """The host's bundle of certificate authorities, where the site has one of its own."""

    @model_validator(mode="before")
    @classmethod
    def _over_its_profile(cls, said: Any) -> Any:
        if not isinstance(said, Mapping) or not isinstance(said.get("profile"), str):
            return said
        name = said["profile"]
        if name not in profiles.names():
            refuse([(("profile",), unknown("profile", name, profiles.names()))])
        return profiles.under(profiles.profile(name), said)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Site":
        refuse(_lacks(self))
        return self


def _lacks(site: Site) -> Iterator[Problem]:
    hosts = [name for name in site.runtimes if name in HOSTS]
    clusters = [name for name in site.runtimes if name not in HOSTS]
    if hosts and site.folders is None:
        yield (
            ("folders",),
            f"{hosts[0]} starts containers on nodes of {site.name}: say where models, cache and"
            " images lie there",
        )
    if clusters and site.kubernetes is None:
        yield (
            ("kubernetes",),
            f"{clusters[0]} needs a cluster: say {site.name}'s namespace and storage_class",
        )
    for scheduler in ("slurm", "flux"):
        if scheduler in site.runtimes and site.scheduler.type != scheduler:
            yield (
                ("scheduler", "type"),
                f"{scheduler} is a runtime of {site.name}, and its scheduler is"
                f" {site.scheduler.type}",
            )
    said: dict[Place, Mapping[str, str]] = {("variables",): site.network.variables}
    said |= {("sets", name): found for name, found in site.network.sets.items()}
    for place, names in said.items():
        for name in names:
            if _NOT_OF_NETWORKS.fullmatch(name):
                yield (
                    ("network", *place, name),
                    f"{name} is not about a network; if anywhere, say it under a model's"
                    " environment",
                )
    if site.network.transport == "cxi" and "cxi" not in site.network.sets:
        yield (
            ("network", "sets"),
            "cxi without the variables that the centre publishes for it would silently be tcp;"
            " say network.sets.cxi",
        )
