"""NVIDIA's GPU operator: device plugin, runtime and metrics on nodes that have GPUs.

Source: ``deployments/gpu-operator/values.yaml`` of NVIDIA/gpu-operator, RKE2's documentation for
where its containerd listens. Nodes of Alps bring the driver in their image.
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
)

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site


def _upstream(site: "Site") -> Values:
    images = Images.of(site)
    nvidia = {"repository": images.path("nvcr.io/nvidia")}
    kubernetes = {"repository": images.path("nvcr.io/nvidia/k8s")}
    native = {"repository": images.path("nvcr.io/nvidia/cloud-native")}
    return {
        "operator": dict(nvidia),
        "validator": dict(nvidia),
        "devicePlugin": dict(nvidia),
        "gfd": dict(nvidia),
        "dcgmExporter": dict(kubernetes),
        "migManager": {"enabled": False, **native},
        "driver": {**nvidia, "manager": dict(native)},
        "toolkit": {
            **kubernetes,
            "env": [
                {"name": "CONTAINERD_SOCKET", "value": "/run/k3s/containerd/containerd.sock"},
            ],
        },
        "node-feature-discovery": {
            "image": images.repository("registry.k8s.io/nfd/node-feature-discovery"),
        },
    }


def _own(place: Place) -> Values:
    """Operands run wherever GPUs are; the driver is loaded only where no image brings it."""
    everywhere = [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
        *place.tolerations(),
    ]
    flavours = {one.flavour for one in place.deployment.workers}
    return {
        "driver": {"enabled": "hpc" not in flavours},
        "daemonsets": {"tolerations": everywhere},
        "node-feature-discovery": {"worker": {"tolerations": everywhere}},
        "dcgmExporter": {"serviceMonitor": {"enabled": place.has("monitoring")}},
    }


COMPONENT = Component(
    name="gpu-operator",
    namespace="gpu-operator",
    security="privileged",
    children=(
        Child(
            "gpu-operator",
            Wave.OPERATOR,
            Upstream("gpu-operator", "https://helm.ngc.nvidia.com/nvidia"),
            shared=_upstream,
            own=_own,
        ),
    ),
    cluster_kinds=(
        *CLUSTER_RIGHTS,
        CRD,
        ("nvidia.com", "ClusterPolicy"),
        ("nfd.k8s-sigs.io", "NodeFeatureRule"),
    ),
)
