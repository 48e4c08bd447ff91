from __future__ import annotations

from typing import Any

import pytest

from tce.intent.spec import Specification
from tce.render import custody, secrets
from tce.render.storage import ceph, files
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.cluster.rendered import documents

CEPH = {
    "id": "00000000-0000-4000-8000-000000000000",
    "monitors": ["10.1.9.1:3300", "10.1.9.2:3300"],
    "cidr": "10.1.9.0/24",
    "pool": "tce",
    "filesystem": "none",
}


def with_ceph(example: str) -> Specification:
    """Of the provider's Ceph only names and addresses are known here."""
    return typed(example=example).model_copy(
        update={"ceph": Specification.model_fields["ceph"].annotation.__args__[0](**CEPH)}  # type: ignore[union-attr]
    )


@pytest.fixture(scope="module")
def rendered() -> list[dict[str, Any]]:
    return documents(files, with_ceph("hospital"))


def connection(rendered: list[dict[str, Any]]) -> dict[str, str]:
    (values,) = [one for one in rendered if "kind" not in one]
    found: dict[str, str] = values["encryptionKMSConfig"]["tce-kms"]
    return found


def test_the_only_class_encrypts_by_the_institutions_keys(rendered: list[dict[str, Any]]) -> None:
    (only,) = [one for one in rendered if one.get("kind") == "StorageClass"]
    said = only["parameters"]
    assert (said["encrypted"], said["encryptionType"]) == ("true", "block")
    assert said["encryptionKMSID"] in {"tce-kms"}
    assert "csi.storage.k8s.io/node-expand-secret-name" in said


def test_openbao_is_asked_by_https_with_a_certificate_that_is_looked_at(
    rendered: list[dict[str, Any]],
) -> None:
    said = connection(rendered)
    assert said["vaultAddress"].startswith("https://")
    assert said["vaultCAVerify"] == "true"
    assert said["vaultTLSServerName"]
    assert said["vaultCAFromSecret"] == ceph.CA
    assert all(isinstance(value, str) for value in said.values())


def test_a_passphrase_is_destroyed_with_its_volume_and_not_only_hidden(
    rendered: list[dict[str, Any]],
) -> None:
    assert connection(rendered)["vaultDestroyKeys"] == "true"
    policies = {one.path: one.content.decode() for one in custody.files(with_ceph("hospital"))}
    assert "tce-hospital-csi/metadata/*" in policies["keys/policies/tce-hospital-csi.hcl"]


def test_the_driver_asks_as_each_namespace_that_has_a_volume(
    rendered: list[dict[str, Any]],
) -> None:
    accounts = {
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in rendered
        if one.get("kind") == "ServiceAccount"
    }
    assert accounts == {("genomics", ceph.ACCOUNT), ("inference", ceph.ACCOUNT)}
    assert connection(rendered)["tenantSAName"] == ceph.ACCOUNT


def test_no_passphrase_is_fetched_into_the_cluster_then() -> None:
    found = documents(secrets.files, with_ceph("hospital"))
    assert not [one for one in found if one["metadata"]["name"].endswith("-data")]


def test_with_a_public_certificate_no_other_is_named() -> None:
    public = documents(files, with_ceph(ALPS))
    assert "vaultCAFromSecret" not in connection(public)
    assert not [one for one in public if one.get("kind") == "Secret"]
