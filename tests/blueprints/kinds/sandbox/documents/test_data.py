"""Buckets by reference, volumes that stay, scratch for reading."""

from __future__ import annotations

from tests.blueprints.kinds.sandbox.specifications import (
    named,
    objects,
    project,
    rendered,
    site,
    typed,
)
from tests.blueprints.kinds.sandbox.test_rules import COMMERCIAL

FOLDER = "projects/climate/data"


def test_the_keys_of_a_bucket_come_from_the_projects_part_of_the_store() -> None:
    made = rendered(typed(project(data={"s3": [{"name": "era5", "bucket": "climate-era5"}]})))
    where = named(made, f"{FOLDER}/s3.yaml", "ConfigMap", "s3-era5")["data"]
    assert where == {
        "AWS_ENDPOINT_URL": "https://s3.example.org",
        "AWS_REGION": "us-east-1",
        "S3_BUCKET": "climate-era5",
    }
    secret = named(made, f"{FOLDER}/s3.yaml", "ExternalSecret", "s3-era5")
    assert secret["apiVersion"] == "external-secrets.io/v1"
    assert secret["spec"]["secretStoreRef"] == {"kind": "SecretStore", "name": "project"}
    assert {one["remoteRef"]["key"] for one in secret["spec"]["data"]} == {
        "sandboxes/climate/s3/era5"
    }
    assert {one["secretKey"] for one in secret["spec"]["data"]} == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    }


def test_a_volume_says_everything_and_is_never_deleted() -> None:
    volumes = [
        {"name": "shared", "size": "10Gi", "type": "filesystem"},
        {"name": "database", "size": "1Gi", "type": "block"},
    ]
    made = rendered(typed(project(data={"volumes": volumes})))
    shared, database = objects(made, f"{FOLDER}/volumes.yaml")
    assert shared["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "volumeMode": "Filesystem",
        "storageClassName": "cephfs",
        "resources": {"requests": {"storage": "10Gi"}},
    }
    assert database["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert database["spec"]["storageClassName"] == "ceph-rbd"
    for one in (shared, database):
        options = one["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]
        assert options == "Prune=false,Delete=false"


def test_scratch_is_the_projects_own_folder_on_hpc_nodes_for_reading() -> None:
    made = rendered(typed(project(data={"scratch": {"sub_path": "climate/era5"}})))
    volume = named(made, f"{FOLDER}/scratch.yaml", "PersistentVolume", "climate-scratch")["spec"]
    assert volume["local"] == {"path": "/scratch/climate/era5"}
    assert volume["accessModes"] == ["ReadOnlyMany"]
    assert volume["persistentVolumeReclaimPolicy"] == "Retain"
    assert volume["claimRef"]["namespace"] == "climate"
    (term,) = volume["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "hpc", "operator": "In", "values": ["true"]}]
    claim = named(made, f"{FOLDER}/scratch.yaml", "PersistentVolumeClaim", "scratch")["spec"]
    assert claim["volumeName"] == "climate-scratch"
    assert claim["storageClassName"] == ""


def test_scratch_over_nfs_is_mounted_read_only() -> None:
    scratch = {"type": "nfs", "root": "/export", "server": "nfs.example.org", "size": "5Ti"}
    storage = {**site()["storage"], "scratch": scratch}
    spec = typed(project(data={"scratch": {"sub_path": "a"}}), **{**COMMERCIAL, "storage": storage})
    volume = objects(rendered(spec), f"{FOLDER}/scratch.yaml")[0]["spec"]
    assert volume["nfs"] == {"server": "nfs.example.org", "path": "/export/a", "readOnly": True}
    assert volume["mountOptions"] == ["ro"]
    assert "nodeAffinity" not in volume


def test_a_project_without_data_has_no_folder_for_it() -> None:
    assert not [path for path in rendered(typed(project())) if path.startswith(FOLDER)]


def test_a_folder_of_the_nodes_is_left_out_elsewhere() -> None:
    data = {"scratch": {"sub_path": "a"}}
    made = rendered(typed(project(data=data), profile="commercial"))
    assert not [path for path in made if path.startswith(FOLDER)]
    assert "projects/climate/data" not in made["projects/climate/argocd/tenancy.yaml"]
    assert "kind: PersistentVolume\n" not in made["platform/argocd/projects.yaml"]
