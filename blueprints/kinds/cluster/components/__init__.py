"""What a cluster consists of beside Kubernetes itself: one module for each component."""

from collections.abc import Iterable

from blueprints.kinds.cluster.components import (
    ceph_csi,
    cert_manager,
    external_dns,
    external_secrets,
    gpu_operator,
    kuberay,
    kueue,
    metallb,
    monitoring,
    namespaces,
)
from blueprints.kinds.cluster.components.component import Component

COMPONENTS: dict[str, Component] = {
    one.name: one
    for one in (
        metallb.COMPONENT,
        external_dns.COMPONENT,
        ceph_csi.COMPONENT,
        cert_manager.COMPONENT,
        external_secrets.COMPONENT,
        gpu_operator.COMPONENT,
        kueue.COMPONENT,
        kuberay.COMPONENT,
        monitoring.COMPONENT,
    )
}
"""By name, in the order of the specification."""
NAMESPACES: Component = namespaces.component(list(COMPONENTS.values()))
"""What every cluster has beside those that it names."""


def components_of(names: Iterable[str]) -> list[Component]:
    """Components by their names, and what every cluster has."""
    wanted = set(names)
    return [NAMESPACES, *(one for name, one in COMPONENTS.items() if name in wanted)]
