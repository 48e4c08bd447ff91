from __future__ import annotations

import re
from typing import Any

import pytest

from tce.render.pki import issuers
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import documents


@pytest.fixture(scope="module", params=[HOSPITAL, ALPS])
def rendered(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return documents(issuers.files, typed(example=request.param))


def of(rendered: list[dict[str, Any]], kind: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in rendered:
        if one["kind"] == kind:
            found.setdefault(one["metadata"]["namespace"], []).append(one)
    return found


def test_every_host_that_is_published_has_a_certificate_for_its_name_and_no_other() -> None:
    spec = typed()
    certificates = of(documents(issuers.files, spec), "Certificate")
    for namespace, name, host in issuers.hosts(spec):
        found = [one["spec"] for one in certificates[namespace]]
        (mine,) = [one for one in found if one["secretName"] == issuers.secret(name)]
        assert mine["dnsNames"] == [host]
        assert mine["privateKey"]["rotationPolicy"] == "Always"


def test_an_issuer_asks_as_an_account_of_its_namespace(rendered: list[dict[str, Any]]) -> None:
    for namespace, (issuer,) in of(rendered, "Issuer").items():
        said = issuer["spec"]["vault"]
        login = said["auth"]["kubernetes"]
        (account,) = of(rendered, "ServiceAccount")[namespace]
        assert login["serviceAccountRef"]["name"] == account["metadata"]["name"]
        assert said["server"].startswith("https://")
        assert re.fullmatch(rf"pki_int/sign/tce-\w+-{namespace}", said["path"])
        assert login["mountPath"].startswith("/v1/auth/")


def test_cert_manager_may_be_that_account_and_none_besides(
    rendered: list[dict[str, Any]],
) -> None:
    for namespace, (role,) in of(rendered, "Role").items():
        ((rule),) = role["rules"]
        assert rule["resources"] == ["serviceaccounts/token"]
        assert rule["verbs"] == ["create"]
        (account,) = of(rendered, "ServiceAccount")[namespace]
        assert rule["resourceNames"] == [account["metadata"]["name"]]
        (binding,) = of(rendered, "RoleBinding")[namespace]
        assert [one["name"] for one in binding["subjects"]] == ["cert-manager"]


def test_issuers_are_of_one_namespace_each(rendered: list[dict[str, Any]]) -> None:
    assert not [one for one in rendered if one["kind"] == "ClusterIssuer"]
    for namespace, certificates in of(rendered, "Certificate").items():
        (issuer,) = of(rendered, "Issuer")[namespace]
        for one in certificates:
            assert one["spec"]["issuerRef"]["kind"] == "Issuer"
            assert one["spec"]["issuerRef"]["name"] == issuer["metadata"]["name"]
