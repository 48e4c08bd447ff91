"""What all rules look things up in: the site by name, and every cluster in every environment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from blueprints.parts.refuse import Place

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Harvester, Network, Site, Vcluster, Vmware
    from blueprints.kinds.cluster.spec import (
        AnyPool,
        Cluster,
        Deployment,
        HarvesterPool,
        Specification,
        VmwarePool,
    )

VIRTUAL = ("harvester", "vmware")


def is_virtual(pool: "AnyPool") -> TypeGuard["HarvesterPool | VmwarePool"]:
    """Whether Rancher makes its nodes."""
    return pool.flavour in VIRTUAL


@dataclass(frozen=True)
class Placed:
    """A cluster in one environment, and where it stands in the specification."""

    environment: str
    cluster: "Cluster"
    deployment: "Deployment"
    at: Place

    @property
    def id(self) -> str:
        """Its name in Rancher, in ArgoCD and in the state."""
        return f"{self.environment}-{self.cluster.name}"

    def pools(self) -> Iterator[tuple[Place, "AnyPool"]]:
        """Its masters and its workers, each with its place."""
        yield (*self.at, "masters"), self.deployment.masters
        for index, pool in enumerate(self.deployment.workers):
            yield (*self.at, "workers", index), pool


@dataclass(frozen=True)
class Estate:
    """A specification, by name."""

    spec: "Specification"
    networks: dict[str, "Network"] = field(init=False)
    harvester: dict[str, "Harvester"] = field(init=False)
    vmware: dict[str, "Vmware"] = field(init=False)
    vclusters: dict[str, "Vcluster"] = field(init=False)
    placed: tuple[Placed, ...] = field(init=False)

    def __post_init__(self) -> None:
        site = self.spec.site
        vclusters = site.alps.vclusters if site.alps else []
        object.__setattr__(self, "networks", {one.name: one for one in site.networks})
        object.__setattr__(self, "harvester", {one.name: one for one in site.harvester})
        object.__setattr__(self, "vmware", {one.name: one for one in site.vmware})
        object.__setattr__(self, "vclusters", {one.name: one for one in vclusters})
        placed = tuple(
            Placed(
                environment, cluster, deployment, ("clusters", index, "environments", environment)
            )
            for index, cluster in enumerate(self.spec.clusters)
            for environment, deployment in cluster.environments.items()
        )
        object.__setattr__(self, "placed", placed)

    @property
    def site(self) -> "Site":
        """What all clusters share."""
        return self.spec.site

    def network(self, pool: "AnyPool") -> "Network | None":
        """Where a pool's nodes lie; None where the specification names nothing that exists."""
        if pool.flavour != "hpc":
            return self.networks.get(pool.network)
        vcluster = self.vclusters.get(pool.vcluster)
        return self.networks.get(vcluster.network) if vcluster else None

    def networks_of(self, placed: Placed) -> dict[str, "Network"]:
        """Every network that a cluster lies in, its own first."""
        own = self.networks.get(placed.deployment.network)
        found = {own.name: own} if own else {}
        for _, pool in placed.pools():
            network = self.network(pool)
            if network is not None:
                found.setdefault(network.name, network)
        return found
