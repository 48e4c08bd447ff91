from __future__ import annotations

from typing import Any

import pytest

from blueprints.engine.blueprint import File
from tce.render.kubernetes import workloads
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.documents import every, read


@pytest.fixture(scope="module")
def hospital() -> list[File]:
    return [*workloads.files(typed())]


def pod(files: list[File], name: str) -> dict[str, Any]:
    found = every(files, "Deployment")[name]["spec"]["template"]["spec"]
    assert isinstance(found, dict)
    return found


def test_every_pod_is_restricted_and_has_no_token(hospital: list[File]) -> None:
    for name in ("notebook", "vllm", "litellm"):
        made = pod(hospital, name)
        assert made["automountServiceAccountToken"] is False
        assert made["securityContext"]["runAsNonRoot"] is True
        for one in made["containers"]:
            assert one["securityContext"]["readOnlyRootFilesystem"] is True
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert "@sha256:" in one["image"]


def test_two_workloads_that_share_a_key_share_its_secret(hospital: list[File]) -> None:
    secrets = read(hospital)["k8s/sandboxes/inference/secrets.yaml"]
    read_from = {
        one["metadata"]["name"]: one["spec"]["data"][0]["remoteRef"]["key"] for one in secrets
    }
    assert read_from == {"litellm": "inference/litellm", "vllm": "inference/vllm"}
    names = {
        variable["name"]: variable["valueFrom"]["secretKeyRef"]
        for name in ("vllm", "litellm")
        for variable in pod(hospital, name)["containers"][0]["env"]
        if "valueFrom" in variable
    }
    assert names["VLLM_KEY"] == names["VLLM_API_KEY"] == {"name": "vllm", "key": "api_key"}


def test_files_are_mounted_one_by_one_and_read_only(hospital: list[File]) -> None:
    config = every(hospital, "ConfigMap")["litellm"]["data"]
    assert config.keys() == {"config.yaml"}
    mounts = pod(hospital, "litellm")["containers"][0]["volumeMounts"]
    (mount,) = [one for one in mounts if one["name"] == "files"]
    assert mount == {
        "name": "files",
        "mountPath": "/etc/litellm/config.yaml",
        "subPath": "config.yaml",
        "readOnly": True,
    }


def test_what_is_written_is_memory_or_an_encrypted_volume(hospital: list[File]) -> None:
    volumes = pod(hospital, "vllm")["volumes"]
    kept = [one for one in volumes if "emptyDir" not in one]
    assert [one["persistentVolumeClaim"]["claimName"] for one in kept] == ["vllm-data"]
    assert {one["emptyDir"]["medium"] for one in volumes if "emptyDir" in one} == {"Memory"}
    claims = every(hospital, "PersistentVolumeClaim")
    assert {one["spec"]["storageClassName"] for one in claims.values()} == {"tce-encrypted"}


def test_on_the_supercomputer_a_volume_is_bound_to_no_node() -> None:
    files = [*workloads.files(typed(example=ALPS))]
    (claim,) = every(files, "PersistentVolumeClaim").values()
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert pod(files, "caller")["nodeSelector"] == {"hpc": "true"}


def test_only_what_has_a_host_is_published(hospital: list[File]) -> None:
    assert every(hospital, "Ingress").keys() == {"notebook", "litellm"}
    services = every(hospital, "Service").values()
    assert {one["spec"]["type"] for one in services} == {"ClusterIP"}


@pytest.mark.parametrize(
    ("path", "name"), [("vllm", "vllm"), ("team/API_v2", "team-api-v2"), ("a.b/c", "a-b-c")]
)
def test_a_secret_is_called_like_its_path(path: str, name: str) -> None:
    assert workloads.secret(path) == name
