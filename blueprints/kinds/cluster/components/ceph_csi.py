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
    from blueprints.kinds.cluster.site import Ceph, Site

_CHARTS = "https://ceph.github.io/csi-charts"


def _cephfs(site: "Site") -> Values:
    """Both charts call their ConfigMaps alike, and they share a namespace: each gets its own."""
    if site.ceph is None:
        return {}
    return {**_upstream(site, site.ceph), **_config_maps("cephfs")}


def _config_maps(driver: str) -> Values:
    return {
        "configMapName": f"ceph-csi-config-{driver}",
        "cephConfConfigMapName": f"ceph-config-{driver}",
        "kmsConfigMapName": f"ceph-csi-encryption-kms-config-{driver}",
    }


def _upstream(site: "Site", ceph: "Ceph") -> Values:
    """The same keys in both charts."""
    images = Images.of(site)
    sidecar = "registry.k8s.io/sig-storage/csi-"
    return {
        "csiConfig": [{"clusterID": ceph.id, "monitors": list(ceph.monitors)}],
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
    if site.ceph is None:
        return {}
    values = _upstream(site, site.ceph)
    image = Images.of(site).repository("registry.k8s.io/sig-storage/csi-attacher")
    provisioner = values.pop("provisioner")
    assert isinstance(provisioner, dict)  # noqa: S101 - made a moment ago
    return {
        **values,
        "provisioner": {**provisioner, "attacher": {"image": image}},
        **_config_maps("rbd"),
    }


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
            shared=_cephfs,
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
