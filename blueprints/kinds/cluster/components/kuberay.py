"""KubeRay: Ray clusters, for models that need several nodes.

Source: ``helm-chart/kuberay-operator/values.yaml`` of ray-project/kuberay. Its definitions have
more than 262,144 bytes, which only server-side apply can bring to a cluster.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    Child,
    Component,
    Images,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site


def _upstream(site: "Site") -> Values:
    return {
        "image": Images.of(site).repository("quay.io/kuberay/operator"),
        "resources": amounts("100m", "512Mi"),
    }


def _own(place: Place) -> Values:
    return {"metrics": {"serviceMonitor": {"enabled": place.has("monitoring")}}}


COMPONENT = Component(
    name="kuberay",
    namespace="kuberay",
    security="restricted",
    children=(
        Child(
            "kuberay",
            Wave.OPERATOR,
            Upstream("kuberay-operator", "https://ray-project.github.io/kuberay-helm"),
            shared=_upstream,
            own=_own,
        ),
    ),
    cluster_kinds=(*CLUSTER_RIGHTS, CRD),
)
