"""Longhorn on the machines' own encrypted disks, each volume encrypted once more by its own key.

Every volume has a Secret of its own, called like its claim, in the claim's namespace: a class with
one Secret for all would be one key for all. All four pairs are said: without ``node-expand`` a
volume that grows cannot be opened. Sources: longhorn.io/docs, "Volume Encryption"; the CSI drivers'
chapter "Secrets and Credentials".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import KEPT, manifest, yaml_file
from tce.render.storage.volumes import CLASS, DEFAULT, secrets

if TYPE_CHECKING:
    from tce.intent.spec import Specification

NAMESPACE = "longhorn-system"
DRIVER = "driver.longhorn.io"
DISK_LABEL = "node.longhorn.io/create-default-disk"
"""Nodes with it hold data: machines with an encrypted disk, never a diskless node."""
_PAIRS = ("provisioner", "node-stage", "node-publish", "node-expand")
_VALUES = """\
Of Longhorn's chart. Data lies on nodes with an encrypted disk only; its own class of volumes, which
encrypts nothing, is not the default and no claim may name it (k8s/policy)."""


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/storage/class.yaml`` and the chart's values."""
    yield yaml_file("k8s/storage/class.yaml", [storage_class(spec)])
    yield yaml_file("k8s/storage/values/longhorn.yaml", [values(spec)], _VALUES)


def storage_class(spec: "Specification") -> dict[str, object]:
    """The class; what a class says cannot be changed later."""
    return manifest(
        "storage.k8s.io/v1",
        "StorageClass",
        CLASS,
        part_of="platform",
        component="storage",
        annotations={**DEFAULT, **KEPT},
        provisioner=DRIVER,
        parameters={
            "encrypted": "true",
            "numberOfReplicas": str(replicas(spec)),
            "staleReplicaTimeout": "2880",
            "fsType": "ext4",
            **secrets(_PAIRS, "${pvc.name}", "${pvc.namespace}"),
        },
        reclaimPolicy="Retain",
        allowVolumeExpansion=True,
        volumeBindingMode="Immediate",
    )


def replicas(spec: "Specification") -> int:
    """Three where there are as many machines for them."""
    pools = spec.cluster.environments["production"].workers
    return min(3, max(1, sum(one.size for one in pools if one.flavour != "hpc")))


def values(spec: "Specification") -> dict[str, object]:
    """Of the chart."""
    return {
        "persistence": {"defaultClass": False},
        "defaultSettings": {
            "createDefaultDiskLabeledNodes": True,
            "defaultDataPath": "/var/lib/longhorn",
            "defaultReplicaCount": replicas(spec),
            "upgradeChecker": False,
            "allowCollectingLonghornUsageMetrics": False,
        },
        "longhornUI": {"replicas": 0},
    }
