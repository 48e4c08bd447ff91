"""What has to fit together in a specification of clusters beyond each field for itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import AnyPool, Cluster, Deployment, Specification

VIRTUAL = ("harvester", "vmware")


def site(site: "Site") -> Iterator[Problem]:
    """Problems within the site; places are relative to it."""
    names = {one.name for one in site.networks}
    for index, one in enumerate(site.alps.vclusters if site.alps else ()):
        if one.network not in names:
            yield ("alps", "vclusters", index, "network"), f"there is no network {one.network}"


def clusters(spec: "Specification") -> Iterator[Problem]:
    """Problems of the clusters, with each other and with the site."""
    for index, cluster in enumerate(spec.clusters):
        for environment, deployment in cluster.environments.items():
            at: Place = ("clusters", index, "environments", environment)
            for place, text in _model(cluster, deployment):
                yield (*at, *place), text
            for place, text in _masters(deployment.masters):
                yield (*at, "masters", *place), text


def _model(cluster: "Cluster", deployment: "Deployment") -> Iterator[Problem]:
    flavours = {one.flavour for one in deployment.workers}
    if cluster.model == "virtual" and not flavours <= set(VIRTUAL):
        yield ("workers",), "a virtual cluster has virtual machines only; call it hybrid"


def _masters(pool: "AnyPool") -> Iterator[Problem]:
    if pool.flavour == "hpc":
        yield (
            ("flavour",),
            "an HPC node is diskless: every reboot would lose its member of etcd; "
            "take harvester, vmware or metal",
        )
