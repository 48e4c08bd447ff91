"""What a component is: Applications in an order, each from an upstream chart or its own.

An Application comes with two sorts of values: those that hold for every cluster lie beside the
component (``argocd/components/<component>/upstream-<child>.yaml``), those of one cluster with the
cluster (``clusters/<environment>/<cluster>/values/<child>.yaml``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from blueprints.kinds.cluster.components.schema import Schema

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Cluster, Deployment

Values: TypeAlias = dict[str, object]
Kind: TypeAlias = tuple[str, str]
"""(group, kind)."""
PodSecurity: TypeAlias = Literal["privileged", "baseline", "restricted"]

HPC = {"key": "hpc", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
"""What a pod says that may run on nodes of the supercomputer."""
CLUSTER_RIGHTS: tuple[Kind, ...] = (
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
)
"""What every upstream chart brings."""
PARTS: tuple[Kind, ...] = (
    ("", "ConfigMap"),
    ("", "Secret"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("batch", "Job"),
    ("external-secrets.io", "ExternalSecret"),
    ("monitoring.coreos.com", "PodMonitor"),
    ("monitoring.coreos.com", "PrometheusRule"),
    ("monitoring.coreos.com", "ServiceMonitor"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""What charts of operators put into their namespace."""
CRD: Kind = ("apiextensions.k8s.io", "CustomResourceDefinition")
VALIDATING: Kind = ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
MUTATING: Kind = ("admissionregistration.k8s.io", "MutatingWebhookConfiguration")


class Wave(IntEnum):
    """The order in which Applications come to a cluster; each waits until the last is healthy."""

    NAMESPACES = 0
    DEFINITIONS = 1
    """Custom resource definitions that several operators use."""
    SECRETS = 2
    """external-secrets, which everything else gets its secrets from."""
    STORE = 3
    """What it reads."""
    CREDENTIALS = 4
    """Secrets that an operator starts with."""
    OPERATOR = 5
    CONFIGURATION = 6
    """Custom resources of the operators: pools, issuers, storage classes, queues."""
    CONSUMER = 7
    """What uses all of these: volumes, certificates, addresses."""


@dataclass(frozen=True)
class Place:
    """One cluster in one environment."""

    site: "Site"
    environment: str
    cluster: "Cluster"
    deployment: "Deployment"

    @property
    def id(self) -> str:
        """Its name in ArgoCD, Rancher and the state."""
        return f"{self.environment}-{self.cluster.name}"

    @property
    def domain(self) -> str:
        """Services of the cluster are found below."""
        return f"{self.cluster.name}.{self.environment}.{self.site.domain}"

    def has(self, component: str) -> bool:
        """Whether the cluster has a component."""
        return component in self.cluster.components

    @property
    def secrets(self) -> str:
        """Where secrets of the cluster lie, below the store's mount."""
        return f"{self.site.secrets.prefix}/{self.environment}/{self.cluster.name}"

    def tolerations(self) -> list[Values]:
        """What a pod has to bear that runs on every worker."""
        found: list[Values] = []
        for pool in self.deployment.workers:
            if pool.flavour == "hpc" and HPC not in found:
                found.append(dict(HPC))
            for taint in pool.taints:
                one: Values = {
                    "key": taint.key,
                    "operator": "Equal",
                    "value": taint.value,
                    "effect": taint.effect,
                }
                if one not in found:
                    found.append(one)
        return found


@dataclass(frozen=True)
class Upstream:
    """A chart of somebody else."""

    chart: str
    repository: str
    """``https://..`` of an index, or the path of a registry without a scheme (OCI)."""

    @property
    def oci(self) -> bool:
        """Whether it lies in a registry."""
        return "://" not in self.repository

    def place(self, site: "Site") -> str:
        """Where ArgoCD gets it from."""
        return site.mirror.charts if site.mirror else self.repository


@dataclass(frozen=True)
class Child:
    """One Application of a cluster."""

    name: str
    wave: Wave
    upstream: Upstream | None = None
    """None: the component's own chart."""
    shared: Callable[["Site"], Values] | None = None
    """Values of the upstream chart for every cluster."""
    own: Callable[[Place], Values] | None = None
    """Values for one cluster."""
    file: str = ""
    """Name of the file of those, where it is not the child's own."""
    wants_version: bool = False
    """Its chart has to know the version of the component's upstream chart, as `version`."""
    when: Callable[["Site"], bool] = lambda _: True
    """Whether the site has what it configures."""

    @property
    def values(self) -> str:
        """Name of the file of a cluster's values, without its ending; "" where there is none."""
        return (self.file or self.name) if self.own is not None else ""


@dataclass(frozen=True)
class OwnChart:
    """The chart of a component's configuration; templates lie in ``charts/<component>``."""

    description: str
    schema: Schema
    sample: Values
    """Values that fit the schema and mean nothing anywhere: documentation's names and addresses."""


@dataclass(frozen=True)
class Component:
    """One component."""

    name: str
    namespace: str
    security: PodSecurity
    """What its namespace lets pods do."""
    children: tuple[Child, ...]
    chart: OwnChart | None = None
    cluster_kinds: tuple[Kind, ...] = ()
    """Cluster-scoped kinds that it brings."""
    kinds: tuple[Kind, ...] = PARTS
    """Kinds that it puts into namespaces."""
    other_namespaces: tuple[str, ...] = ()
    """Where else it puts something."""
    always: bool = False
    """Every cluster has it, whatever its labels say."""

    def applications(self, site: "Site") -> tuple[Child, ...]:
        """Its Applications at a site."""
        return tuple(one for one in self.children if one.when(site))


@dataclass(frozen=True)
class Images:
    """Where images come from at a site: as they are called, or the mirror's."""

    mirror: str | None = field(default=None)

    @classmethod
    def of(cls, site: "Site") -> "Images":
        """As the site says."""
        return cls(site.mirror.registry if site.mirror else None)

    def repository(self, name: str) -> Values:
        """``{repository: ..}`` of an image such as ``quay.io/metallb/speaker``."""
        return {"repository": self.path(name)}

    def path(self, name: str) -> str:
        """An image, or a path of images, as the site calls it."""
        return f"{self.mirror}/{name.partition('/')[2]}" if self.mirror else name


def amounts(cpu: str, memory: str, limit: str | None = None) -> Values:
    """Requests of a container, and its limit of memory."""
    return {
        "requests": {"cpu": cpu, "memory": memory},
        "limits": {"memory": limit or memory},
    }
