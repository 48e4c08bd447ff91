from __future__ import annotations

import yaml

from tce.render.cluster import encryption, paths
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.cluster.rendered import texts


def test_there_is_one_provider_and_it_is_the_institutions_key() -> None:
    found = yaml.safe_load(texts(encryption.files, typed())["rke2/enc.yaml"])
    (only,) = found["resources"]
    assert {"secrets", "configmaps"} <= set(only["resources"])
    ((provider,),) = ([list(one) for one in only["providers"]],)
    assert provider == ["kms"]
    plugin = only["providers"][0]["kms"]
    assert plugin["apiVersion"] == "v2"
    # Of version 1: an API server does not start with it.
    assert "cachesize" not in plugin
    assert plugin["endpoint"] == f"unix://{paths.SOCKET}"


def unit(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.replace("\\\n", "").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_the_plugin_listens_where_the_api_server_asks_and_has_no_secret_among_its_arguments() -> (
    None
):
    said = unit(texts(encryption.files, typed())["rke2/kms.service"])
    (command,) = said["ExecStart"]
    arguments = command.split()[1:]
    assert f"-socket=unix://{paths.SOCKET}" in arguments
    assert "-vault-address=https://bao.hospital.example.org:8200" in arguments
    assert "-transit-mount=tce-hospital-transit" in arguments
    assert not any("role-id" in one or "secret" in one or "token" in one for one in arguments)
    assert said["EnvironmentFile"] == [paths.KMS_CREDENTIAL]


def test_the_plugin_is_there_before_the_api_server_and_only_with_its_encrypted_disk() -> None:
    said = unit(texts(encryption.files, typed(example=ALPS))["rke2/kms.service"])
    assert said["Before"] == ["rke2-server.service"]
    assert said["RequiresMountsFor"] == [paths.KMS_CREDENTIAL]
    assert said["LimitCORE"] == said["MemorySwapMax"] == ["0"]


def test_without_an_authority_of_its_own_the_plugin_trusts_what_the_system_does() -> None:
    own = unit(texts(encryption.files, typed())["rke2/kms.service"])
    public = unit(texts(encryption.files, typed(example=ALPS))["rke2/kms.service"])
    assert own["Environment"] == [f"VAULT_CACERT={paths.CA}"]
    assert "Environment" not in public
