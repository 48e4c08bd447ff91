"""What a cluster consists of beside Kubernetes itself: one module for each component."""

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
