"""What differs between centres, and nothing else: one profile for each site."""

from typing import Annotated, Literal

from pydantic import Field

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
    Url,
    whole,
)
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


class Store(Strict):
    """The object store that models are mirrored to."""

    endpoint: Url
    bucket: Bucket
    prefix: FreeText = "huggingface.co"
    region: Name | None = None
    checksum: Literal["when_required", "when_supported"]
    """``AWS_REQUEST_CHECKSUM_CALCULATION``: what this store's version accepts."""
    attempts: Annotated[int, Field(strict=True, ge=1, le=100)] = 10


class Proxies(Strict):
    """What speaks to the outside for nodes that cannot."""

    http: Url | None = None
    https: Url | None = None
    no_proxy: list[FreeText] = Field(default=[])


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
    """What one node is."""

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
    transport: Literal["tcp", "ib", "cxi"] = "tcp"
    """``cxi`` (Slingshot by libfabric) is an experiment: it needs a plugin in the image."""
    variables: dict[Variable, FreeText] = Field(default={})
    """The set that the centre publishes for that transport (NCCL_.., FI_..)."""


class Kubernetes(Strict):
    """Where there is a cluster."""

    namespace: Name
    storage_class: Name
    selector: dict[LabelKey, LabelValue] = Field(default={"hpc": "true"})
    taint: LabelKey | None = "hpc"
    taint_value: LabelValue | None = "true"
    openshift: bool = False
    ingress: Literal["ingress", "gateway", "none"] = "none"
    host: Host | None = None
    tls_secret: Name | None = None
    gateway: Name | None = None


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
