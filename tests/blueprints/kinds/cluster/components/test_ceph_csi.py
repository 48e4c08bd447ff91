"""Ceph CSI."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blueprints.kinds.cluster.argocd import Object, children, deployed, files, upstream
from tests.blueprints.kinds.cluster.places import HPC

FULL = "production-inference"


def app(name: str, cluster: str = FULL) -> Object:
    (one,) = [
        one
        for one in children("cluster", cluster)
        if one["metadata"]["name"] == f"{cluster}-{name}"
    ]
    return one


def values(name: str) -> Any:
    found = upstream(files(), app(name))
    assert found is not None
    return found[1]


def objects(kind: str) -> dict[str, Object]:
    return {
        one["metadata"]["name"]: one
        for one in deployed(files(), app("ceph-csi-config"))
        if one["kind"] == kind
    }


def test_volumes_outlive_their_claims() -> None:
    assert {one["reclaimPolicy"] for one in objects("StorageClass").values()} == {"Retain"}


def test_one_class_is_the_default() -> None:
    """With two, the newest wins (kubernetes.io, "Storage Classes")."""
    key = "storageclass.kubernetes.io/is-default-class"
    marks = {
        name: one["metadata"]["annotations"][key] for name, one in objects("StorageClass").items()
    }
    assert marks == {"ceph-rbd": "true", "cephfs": "false"}


@pytest.mark.parametrize(("name", "driver"), [("ceph-rbd", "rbd"), ("cephfs", "cephfs")])
def test_a_class_names_its_driver_its_cluster_and_its_secrets(name: str, driver: str) -> None:
    """Parameters of examples/{rbd,cephfs}/storageclass.yaml of ceph/ceph-csi."""
    one = objects("StorageClass")[name]
    assert one["provisioner"] == f"{driver}.csi.ceph.com"
    assert (
        one["parameters"]["clusterID"] == values(f"ceph-csi-{driver}")["csiConfig"][0]["clusterID"]
    )
    for what in ("provisioner", "controller-expand", "node-stage"):
        assert one["parameters"][f"csi.storage.k8s.io/{what}-secret-name"] == name
        assert one["parameters"][f"csi.storage.k8s.io/{what}-secret-namespace"] == "ceph-csi"


def test_secrets_hold_the_keys_that_the_drivers_read() -> None:
    """`secret.userID`, `userKey` of RBD, and `adminID`, `adminKey` of CephFS too: the charts'
    values."""
    made = {
        name: one["spec"]["target"]["template"]["data"]
        for name, one in objects("ExternalSecret").items()
    }
    assert made == {
        "ceph-rbd": {"userID": "{{ .userID }}", "userKey": "{{ .userKey }}"},
        "cephfs": {
            "adminID": "{{ .userID }}",
            "adminKey": "{{ .userKey }}",
            "userID": "{{ .userID }}",
            "userKey": "{{ .userKey }}",
        },
    }


def test_the_plugin_runs_on_every_node_and_the_provisioner_on_virtual_machines() -> None:
    for name in ("ceph-csi-rbd", "ceph-csi-cephfs"):
        assert values(name)["nodeplugin"]["tolerations"] == [HPC]
        assert "tolerations" not in values(name)["provisioner"]


def test_two_charts_in_one_namespace_share_no_config_map() -> None:
    """Both call theirs `ceph-csi-config`, `ceph-config` and `ceph-csi-encryption-kms-config`."""
    keys = ("configMapName", "cephConfConfigMapName", "kmsConfigMapName")
    names = [values(name)[key] for name in ("ceph-csi-rbd", "ceph-csi-cephfs") for key in keys]
    assert len(set(names)) == 6


def test_the_charts_make_no_class_and_no_secret_themselves() -> None:
    for name in ("ceph-csi-rbd", "ceph-csi-cephfs"):
        assert values(name)["storageClass"] == {"create": False}
        assert values(name)["secret"] == {"create": False}
