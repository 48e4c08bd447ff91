from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tce.render.secrets import stores
from tce.render.storage.volumes import claims
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import documents


@pytest.fixture(scope="module", params=[HOSPITAL, ALPS])
def rendered(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return documents(stores.files, typed(example=request.param))


def named(one: dict[str, Any]) -> tuple[str, str]:
    return one["metadata"]["namespace"], one["metadata"]["name"]


def test_every_store_is_of_one_namespace_and_logs_in_as_an_account_of_it(
    rendered: list[dict[str, Any]],
) -> None:
    assert not [one for one in rendered if one["kind"].startswith("Cluster")]
    accounts = {named(one) for one in rendered if one["kind"] == "ServiceAccount"}
    logins = Counter[str]()
    for one in rendered:
        if one["kind"] == "SecretStore":
            said = one["spec"]["provider"]["vault"]["auth"]["kubernetes"]
            space = one["metadata"]["namespace"]
            assert (space, said["serviceAccountRef"]["name"]) in accounts
            assert said["role"].startswith(f"{space}-")
            logins[said["role"]] += 1
    assert set(logins.values()) == {1}


def test_what_is_fetched_is_asked_of_a_store_beside_it(rendered: list[dict[str, Any]]) -> None:
    known = {named(one) for one in rendered if one["kind"] == "SecretStore"}
    for one in rendered:
        if one["kind"] == "ExternalSecret":
            reference = one["spec"]["secretStoreRef"]
            assert reference["kind"] == "SecretStore"
            assert (one["metadata"]["namespace"], reference["name"]) in known


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_every_volume_has_a_passphrase_of_its_own_and_aes_256(example: str) -> None:
    spec = typed(example=example)
    every = documents(stores.files, spec)
    found = {named(one): one["spec"] for one in every if one["kind"] == "ExternalSecret"}
    paths = set()
    for namespace, claim in claims(spec):
        said = found[namespace, claim]
        data = said["target"]["template"]["data"]
        # XTS halves its key.
        assert data["CRYPTO_KEY_SIZE"] == "512"
        assert data["CRYPTO_KEY_CIPHER"] == "aes-xts-plain64"
        assert data["CRYPTO_KEY_VALUE"] == "{{ .passphrase }}"
        assert said["target"]["name"] == claim
        assert said["target"]["deletionPolicy"] == "Delete"
        ((path,),) = ([one["remoteRef"]["key"] for one in said["data"]],)
        paths.add(path)
    assert len(paths) == len(list(claims(spec)))


def test_no_value_stands_in_the_repository(rendered: list[dict[str, Any]]) -> None:
    assert not [one for one in rendered if one["kind"] == "Secret"]
    for one in rendered:
        if one["kind"] == "ExternalSecret":
            data = one["spec"]["target"]["template"]["data"]
            for key, value in data.items():
                assert "{{" in value or not key.lower().endswith(("value", "password", "secret"))


def test_openbao_is_believed_by_the_institutions_authority_where_it_has_one() -> None:
    def trusts(example: str) -> set[bool]:
        return {
            "caBundle" in one["spec"]["provider"]["vault"]
            for one in documents(stores.files, typed(example=example))
            if one["kind"] == "SecretStore"
        }

    assert (trusts(HOSPITAL), trusts(ALPS)) == ({True}, {False})
