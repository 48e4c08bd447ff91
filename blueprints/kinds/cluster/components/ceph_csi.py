"""Ceph CSI: block volumes (RBD) and shared volumes (CephFS), each from a chart of its own.

Source: ``charts/ceph-csi-{rbd,cephfs}/values.yaml`` of ceph/ceph-csi. Volumes outlive their
claims, and nothing here is ever deleted by ArgoCD.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    Child,
    Component,
    Images,
    OwnChart,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)
from blueprints.kinds.cluster.components.schema import KEY, NAME, WORD, whole

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

_CHARTS = "https://ceph.github.io/csi-charts"


def _upstream(site: "Site") -> Values:
    """The same keys in both charts."""
    if site.ceph is None:
        return {}
    images = Images.of(site)
    sidecar = "registry.k8s.io/sig-storage/csi-"
    return {
        "csiConfig": [{"clusterID": site.ceph.id, "monitors": list(site.ceph.monitors)}],
        "storageClass": {"create": False},
        "secret": {"create": False},
        "nodeplugin": {
            "registrar": {"image": images.repository(f"{sidecar}node-driver-registrar")},
            "plugin": {
                "image": images.repository("quay.io/cephcsi/cephcsi"),
                "resources": amounts("50m", "256Mi", "512Mi"),
            },
        },
        "provisioner": {
            "replicaCount": 2,
            "provisioner": {"image": images.repository(f"{sidecar}provisioner")},
            "resizer": {"image": images.repository(f"{sidecar}resizer")},
            "snapshotter": {"image": images.repository(f"{sidecar}snapshotter")},
        },
    }


def _rbd(site: "Site") -> Values:
    values = _upstream(site)
    provisioner = values.get("provisioner")
    if isinstance(provisioner, dict):
        image = Images.of(site).repository("registry.k8s.io/sig-storage/csi-attacher")
        provisioner["attacher"] = {"image": image}
    return values


def _nodes(place: Place) -> Values:
    """The plugin runs on every node that volumes are mounted on, Alps' too."""
    return {"nodeplugin": {"tolerations": place.tolerations()}}


def _classes(place: Place) -> Values:
    ceph = place.site.ceph
    if ceph is None:
        return {}
    return {
        "cluster": ceph.id,
        "store": place.site.secrets.store,
        "secrets": place.secrets,
        "rbd": {"name": "ceph-rbd", "pool": ceph.pool},
        "cephfs": {"name": "cephfs", "filesystem": ceph.filesystem},
        "default": "ceph-rbd",
    }


COMPONENT = Component(
    name="ceph-csi",
    namespace="ceph-csi",
    security="privileged",
    children=(
        Child(
            "ceph-csi-rbd",
            Wave.OPERATOR,
            Upstream("ceph-csi-rbd", _CHARTS),
            shared=_rbd,
            own=_nodes,
            file="ceph-csi",
        ),
        Child(
            "ceph-csi-cephfs",
            Wave.OPERATOR,
            Upstream("ceph-csi-cephfs", _CHARTS),
            shared=_upstream,
            own=_nodes,
            file="ceph-csi",
        ),
        Child("ceph-csi-config", Wave.CONFIGURATION, own=_classes),
    ),
    chart=OwnChart(
        "Storage classes of the site's Ceph, and the keys that volumes are made with",
        whole(
            "ceph-csi",
            {
                "cluster": WORD,
                "store": NAME,
                "secrets": KEY,
                "rbd": {
                    "type": "object",
                    "required": ["name", "pool"],
                    "properties": {"name": NAME, "pool": WORD},
                    "additionalProperties": False,
                },
                "cephfs": {
                    "type": "object",
                    "required": ["name", "filesystem"],
                    "properties": {"name": NAME, "filesystem": WORD},
                    "additionalProperties": False,
                },
                "default": NAME,
            },
        ),
        {
            "cluster": "00000000-0000-4000-8000-000000000000",
            "store": "example",
            "secrets": "example",
            "rbd": {"name": "ceph-rbd", "pool": "example"},
            "cephfs": {"name": "cephfs", "filesystem": "example"},
            "default": "ceph-rbd",
        },
    ),
    cluster_kinds=(
        *CLUSTER_RIGHTS,
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "StorageClass"),
    ),
)
