"""Components with what they need: of the site, of the cluster, of each other."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.rules.estate import Estate
from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Cluster

_SITE: dict[str, tuple[tuple[str, str, Callable[["Site"], object]], ...]] = {
    "external-dns": (("site.dns", "a name server to write to", lambda site: site.dns),),
    "cert-manager": (
        ("site.acme", "somebody who signs", lambda site: site.acme),
        ("site.dns", "a name server, where Let's Encrypt looks for proof", lambda site: site.dns),
    ),
    "ceph-csi": (("site.ceph", "a Ceph", lambda site: site.ceph),),
}
"""Component -> what the site has to say for it."""
_WITH_SECRETS = ("external-dns", "cert-manager", "ceph-csi", "monitoring")
"""Components whose configuration has a key that lies in the secret store."""


def problems(estate: Estate) -> Iterator[Problem]:
    """Every component that could not work."""
    for index, cluster in enumerate(estate.spec.clusters):
        chosen = cluster.components
        for number, component in enumerate(chosen):
            at: Place = ("clusters", index, "components", number)
            if "components" not in cluster.model_fields_set:
                at = ("clusters", index, "name")
            if component in chosen[:number]:
                yield at, f"{component} stands here twice"
                continue
            for text in _missing(estate, cluster, component):
                yield at, f"{component} {text}"


def _missing(estate: Estate, cluster: "Cluster", component: str) -> Iterator[str]:
    for key, what, has in _SITE.get(component, ()):
        if not has(estate.site):
            yield f"needs {what} ({key}); say it there, or leave it out of components"
    if component in _WITH_SECRETS and "external-secrets" not in cluster.components:
        yield "has a secret that external-secrets fetches; add external-secrets to components"
    if component == "gpu-operator" and not any(
        getattr(pool, "gpus", 0)
        for deployment in cluster.environments.values()
        for pool in deployment.workers
    ):
        yield "has no GPU to operate: no pool of workers has any (gpus)"
    if component == "kueue":
        yield from _unmeasured(cluster)
    for environment in cluster.environments:
        settings = estate.spec.environments.get(environment)
        if settings is not None and component not in settings.versions.components:
            yield (
                f"has no version in {environment} "
                f"(environments.{environment}.versions.components.{component})"
            )


def _unmeasured(cluster: "Cluster") -> Iterator[str]:
    """Kueue shares out what nodes have; of a bought server only its owner knows it."""
    for environment, deployment in cluster.environments.items():
        for pool in deployment.workers:
            if pool.flavour == "metal" and (pool.cpu is None or pool.memory is None):
                yield (
                    f"shares out what nodes have, and of {pool.name} in {environment} nobody says "
                    "it; add cpu and memory to the pool"
                )
