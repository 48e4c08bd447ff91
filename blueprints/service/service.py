"""A model service: what runs, with what, on how many nodes, whatever starts it.

Paths are inside the container unless they are called a host's. Everything that a runtime needs
stands here; nothing in it is a secret: those are named, and lie in a file or a secret store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Accelerator: TypeAlias = Literal["cuda", "rocm", "oneapi"]
Architecture: TypeAlias = Literal["amd64", "arm64"]
"""Of the processor, as OCI images name it; aarch64 is arm64."""
Gather: TypeAlias = Literal["alone", "ray", "engine"]
"""How several nodes become one server: not at all, a Ray cluster, the engine's own rendezvous."""

MODELS = "/models"
"""Where weights lie in every container, read-only."""
CACHE = "/cache"
"""Where the engine writes: home, compiled kernels, locks."""
CERTIFICATES = "/certificates"
"""Where the certificate authorities of a site lie, if it has its own and a model is online."""


@dataclass(frozen=True)
class Image:
    """An image of one architecture that cannot change under its name."""

    name: str
    """Registry and path: ``registry.example.org/vllm/vllm-openai``."""
    digest: str
    """``sha256:`` and 64 hexadecimal digits, of the manifest of :attr:`architecture`."""
    architecture: Architecture

    @property
    def reference(self) -> str:
        """As runtimes take it. Without a tag: Podman refuses a name with both."""
        return f"{self.name}@{self.digest}"


@dataclass(frozen=True)
class Mount:
    """A folder that a container sees."""

    target: str
    host: str
    """A folder of the node."""
    claim: str
    """The PersistentVolumeClaim that stands for it in Kubernetes."""
    read_only: bool = False
    config: bool = False
    """In Kubernetes a ConfigMap of the name of :attr:`claim`, which is there already."""


@dataclass(frozen=True)
class Probe:
    """Whether the server answers, by HTTP."""

    path: str
    start_seconds: int
    """Until it has to answer for the first time: weights of hundreds of gigabytes are read."""
    period_seconds: int = 10


@dataclass(frozen=True)
class Service:
    """One value; see the module."""

    name: str
    """A DNS label: of the job, the container, the Kubernetes objects."""
    image: Image
    command: tuple[str, ...]
    """Program and arguments, the same on every node; a multi-node runtime adds only what says
    which node it is on (rank, address of the first)."""
    port: int
    accelerator: Accelerator
    devices: int
    """Of each node."""
    mounts: tuple[Mount, ...]
    probe: Probe
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Name of a variable to the key under which its value lies in the secret store."""
    working_folder: str = MODELS
    shared_memory: int = 0
    """Bytes of ``/dev/shm``; ranks of one node talk through it. 0: the host's, shared."""
    processors: int = 1
    """Of each node."""
    memory: int = 0
    """Bytes of each node; 0: all there is."""
    nodes: int = 1
    gather: Gather = "alone"
    gather_seconds: int = 900
    """Until all nodes have to be there; after that the job ends."""
    interface: str | None = None
    """Network interface over which nodes talk; None: the one of the default route."""


def secret_file(service: Service) -> str:
    """The host's file of ``NAME=value`` lines, mode 0600, below ``$HOME/.config/tutela/``."""
    return f"{service.name}.env"


def secret_name(service: Service) -> str:
    """The Kubernetes Secret that holds the service's secret values, by variable."""
    return f"{service.name}-secrets"
