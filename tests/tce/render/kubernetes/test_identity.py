from __future__ import annotations

import yaml

from tce.render.kubernetes import identity
from tests.tce.intent.specifications import typed
from tests.tce.render.documents import every


def test_keycloak_outside_knows_the_people() -> None:
    config = every(identity.files(typed()), "ConfigMap")["dex"]["data"]["config.yaml"]
    dex = yaml.safe_load(config)
    (connector,) = dex["connectors"]
    assert dex["issuer"] == "https://dex.tce.hospital.example.org"
    assert connector["config"]["issuer"] == "https://login.hospital.example.org/realms/hospital"
    assert dex["enablePasswordDB"] is False
    assert [one["id"] for one in dex["staticClients"]] == ["argocd"]


def test_its_secrets_come_from_its_own_store_and_none_is_in_git() -> None:
    files = [*identity.files(typed())]
    secret = every(files, "ExternalSecret")["dex"]["spec"]
    assert secret["secretStoreRef"] == {"kind": "SecretStore", "name": "bao"}
    assert {one["remoteRef"]["key"] for one in secret["data"]} == {"dex/keycloak", "dex/clients"}
    assert not every(files, "Secret")


def test_it_runs_from_the_image_that_the_specification_names() -> None:
    image = typed().identity.image
    pod = every(identity.files(typed()), "Deployment")["dex"]["spec"]["template"]["spec"]
    assert [one["image"] for one in pod["containers"]] == [image]


def test_it_is_published_by_https_under_its_own_name() -> None:
    way = every(identity.files(typed()), "Ingress")["dex"]["spec"]
    assert way["tls"] == [{"hosts": ["dex.tce.hospital.example.org"], "secretName": "dex-tls"}]
