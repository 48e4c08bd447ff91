"""Volumes on the provider's Ceph (RBD), encrypted by the node that mounts them.

Each volume has a passphrase of its own in OpenBao; the driver asks for it as the claim's namespace
(``vaulttenantsa``) and destroys it with the volume, all its versions. All values are texts.
Sources: ceph/ceph-csi, ``docs/design/proposals/encryption-with-vault-tenant-sa.md`` and
``examples/kms/vault``; its examples say ``http://`` and ``vaultCAVerify: "false"``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import KEPT, Document, manifest, yaml_file
from tce.custody import names
from tce.render.storage.volumes import CLASS, DEFAULT, claims, secrets

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Ceph
    from tce.intent.spec import Specification

NAMESPACE = "ceph-csi"
KMS = "tce-kms"
ACCOUNT = "ceph-csi-vault-sa"
CA = "bao-ca"
CREDENTIAL = "csi-rbd"
_PAIRS = ("provisioner", "controller-expand", "node-stage", "node-expand")


def files(spec: "Specification") -> Iterator[File]:
    """The class, the driver's way to OpenBao, and whom it asks as in each namespace."""
    if spec.ceph is None:
        return
    yield yaml_file("k8s/storage/class.yaml", [storage_class(spec.ceph)])
    yield yaml_file("k8s/storage/accounts.yaml", list(accounts(spec)))
    yield yaml_file("k8s/storage/values/ceph-csi-rbd.yaml", [values(spec, spec.ceph)])


def storage_class(ceph: "Ceph") -> Document:
    """The class."""
    return manifest(
        "storage.k8s.io/v1",
        "StorageClass",
        CLASS,
        part_of="platform",
        component="storage",
        annotations={**DEFAULT, **KEPT},
        provisioner="rbd.csi.ceph.com",
        parameters={
            "clusterID": ceph.id,
            "pool": ceph.pool,
            "imageFeatures": "layering",
            "csi.storage.k8s.io/fstype": "ext4",
            "encrypted": "true",
            "encryptionType": "block",
            "encryptionKMSID": KMS,
            **secrets(_PAIRS, CREDENTIAL, NAMESPACE),
        },
        reclaimPolicy="Retain",
        allowVolumeExpansion=True,
        volumeBindingMode="Immediate",
    )


def accounts(spec: "Specification") -> Iterator[Document]:
    """A service account in each namespace with a claim: as whom the driver logs in at OpenBao."""
    for namespace in sorted({namespace for namespace, _ in claims(spec)}):
        yield manifest(
            "v1",
            "ServiceAccount",
            ACCOUNT,
            part_of="platform",
            component="storage",
            namespace=namespace,
            automountServiceAccountToken=False,
        )
    for namespace in sorted({namespace for namespace, _ in claims(spec)} | {NAMESPACE}):
        if spec.keys.bao.ca:
            # A certificate is no secret; the driver looks for it in one.
            yield manifest(
                "v1",
                "Secret",
                CA,
                part_of="platform",
                component="storage",
                namespace=namespace,
                type="Opaque",
                stringData={"cert": spec.keys.bao.ca},
            )


def connection(spec: "Specification") -> dict[str, str]:
    """One KMS of the driver's ``config.json``."""
    bao = spec.keys.bao
    trust = {"vaultCAFromSecret": CA} if bao.ca else {}
    return {
        "encryptionKMSType": "vaulttenantsa",
        "vaultAddress": bao.server.rstrip("/"),
        "vaultAuthPath": f"/v1/auth/{bao.auth}/login",
        "vaultRole": "csi",
        "vaultBackend": "kv-v2",
        "vaultBackendPath": names.volumes(bao.mounts),
        "vaultDestroyKeys": "true",
        **trust,
        "vaultCAVerify": "true",
        "vaultTLSServerName": urlsplit(bao.server).hostname or "",
        "tenantConfigName": "ceph-csi-kms-config",
        "tenantSAName": ACCOUNT,
    }


def values(spec: "Specification", ceph: "Ceph") -> Document:
    """Of the chart ceph-csi-rbd, which makes the driver's ConfigMaps of them."""
    return {
        "csiConfig": [{"clusterID": ceph.id, "monitors": list(ceph.monitors)}],
        "encryptionKMSConfig": {KMS: connection(spec)},
        "storageClass": {"create": False},
        "secret": {"create": False},
    }
