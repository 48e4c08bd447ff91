from __future__ import annotations

import ipaddress
from typing import Any

import pytest
import yaml

from blueprints.check.schemas.policy import read
from tce.render.cluster import paths, rke2
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import texts


@pytest.fixture(scope="module", params=[HOSPITAL, ALPS])
def server(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        texts(rke2.files, typed(example=request.param))["rke2/config.yaml"]
    )
    return found


def test_every_setting_is_one_that_rke2_knows(server: dict[str, Any]) -> None:
    known = set(read("rke2.yaml")["settings"])
    assert set(server) <= known
    assert set(rke2.agent(typed())) <= known


def test_no_token_is_said_but_where_it_lies(server: dict[str, Any]) -> None:
    assert not {"token", "agent-token"} & set(server)
    assert server["token-file"] != server["agent-token-file"]
    assert rke2.agent(typed())["token-file"] == server["agent-token-file"]


def test_the_last_encryption_that_is_named_is_the_institutions(server: dict[str, Any]) -> None:
    said = [one for one in server["kube-apiserver-arg"] if one.startswith("encryption-provider")]
    assert said == [f"encryption-provider-config={paths.ENCRYPTION}"]
    assert "secrets-encryption-provider" not in server


def test_what_api_servers_read_is_mounted_into_them_and_read_only(server: dict[str, Any]) -> None:
    mounts = dict(one.split(":", 1) for one in server["kube-apiserver-extra-mount"])
    assert mounts == {"/etc/tce": "/etc/tce:ro", "/var/run/kms": "/var/run/kms:rw"}
    for file in (paths.ENCRYPTION, paths.AUDIT, paths.ADMISSION):
        assert file.startswith("/etc/tce/")
    assert not paths.KMS_CREDENTIAL.startswith("/etc/tce/")


def test_pod_security_is_not_put_out_of_force_by_another_file(server: dict[str, Any]) -> None:
    assert server["pod-security-admission-config-file"] == paths.ADMISSION
    flags = [one.partition("=")[0] for one in server["kube-apiserver-arg"]]
    assert "admission-control-config-file" not in flags
    assert len(flags) == len(set(flags))


def test_the_name_server_is_among_the_addresses_of_services(server: dict[str, Any]) -> None:
    assert ipaddress.ip_address(server["cluster-dns"]) in ipaddress.ip_network(
        server["service-cidr"]
    )


def test_people_are_known_by_the_institutions_keycloak(server: dict[str, Any]) -> None:
    issuer = next(one for one in server["kube-apiserver-arg"] if one.startswith("oidc-issuer"))
    assert issuer.startswith("oidc-issuer-url=https://login.")
    assert "/realms/" in issuer
    assert "oidc-groups-prefix=oidc:" in server["kube-apiserver-arg"]
    for example, own in ((HOSPITAL, True), (ALPS, False)):
        said = rke2.server(typed(example=example))["kube-apiserver-arg"]
        assert isinstance(said, list)
        assert (f"oidc-ca-file={paths.CA}" in said) is own


def test_agents_join_at_the_apis_address_and_servers_are_named_by_it(
    server: dict[str, Any],
) -> None:
    spec = typed()
    assert rke2.agent(spec)["server"] == "https://10.90.12.10:9345"
    assert server["tls-san"][0] in ("10.90.12.10", "10.91.20.10")


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    spec = typed()
    six = spec.model_copy(
        update={
            "cluster": spec.cluster.model_copy(
                update={
                    "environments": {
                        "production": spec.cluster.environments["production"].model_copy(
                            update={"api": "2001:db8:90:12::10"}
                        )
                    }
                }
            )
        }
    )
    assert rke2.agent(six)["server"] == "https://[2001:db8:90:12::10]:9345"
