"""Who gets in through Dex; no secret in its configuration."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.blueprints.kinds.sandbox.specifications import (
    GITHUB,
    named,
    project,
    rendered,
    site,
    typed,
)


def config(**changes: Any) -> dict[str, Any]:
    made = rendered(typed(project(), **changes))
    text = named(made, "platform/dex/config.yaml", "ConfigMap", "dex")["data"]["config.yaml"]
    said: dict[str, Any] = yaml.safe_load(text)
    return said


def entries(**changes: Any) -> dict[str, str]:
    made = rendered(typed(project(), **changes))
    secret = named(made, "platform/dex/secrets.yaml", "ExternalSecret", "dex")
    return {
        one["secretKey"]: f"{one['remoteRef']['key']}#{one['remoteRef']['property']}"
        for one in secret["spec"]["data"]
    }


def test_keycloak_is_asked_by_openid_connect_with_its_groups() -> None:
    (connector,) = config()["connectors"]
    assert connector["type"] == "oidc"
    said = connector["config"]
    assert said["issuer"] == "https://keycloak.example.org/realms/example"
    assert said["clientSecret"] == "$CONNECTOR_CLIENT_SECRET"
    assert said["insecureEnableGroups"] is True
    assert "groups" in said["scopes"]


def test_github_is_asked_for_the_teams_of_one_organisation() -> None:
    (connector,) = config(**GITHUB)["connectors"]
    assert connector["type"] == "github"
    said = connector["config"]
    assert said["orgs"] == [{"name": "example-sandboxes"}]
    assert said["loadAllGroups"] is False
    assert said["teamNameField"] == "slug"


@pytest.mark.parametrize(
    ("changes", "ids"),
    [({}, ["argocd", "kubernetes", "forgejo"]), (GITHUB, ["argocd", "kubernetes"])],
)
def test_the_site_registers_its_own_clients(changes: dict[str, Any], ids: list[str]) -> None:
    clients = config(**changes)["staticClients"]
    assert [one["id"] for one in clients] == ids
    assert all("secret" not in one for one in clients)
    by_id = {one["id"]: one for one in clients}
    assert by_id["kubernetes"]["public"] is True
    assert "secretEnv" not in by_id["kubernetes"]
    assert by_id["argocd"]["redirectURIs"] == ["https://argocd.example.org/auth/callback"]


def test_every_secret_of_a_client_is_in_the_environment_from_the_store() -> None:
    clients = config()["staticClients"]
    found = entries()
    for one in clients:
        if "secretEnv" in one:
            assert found[one["secretEnv"]] == f"dex/clients#{one['id']}"
    assert found["CONNECTOR_CLIENT_SECRET"] == "platform/dex-keycloak#client_secret"


def test_an_institution_adds_clients_of_its_own() -> None:
    more = [
        {"id": "grafana", "name": 'Say "hi" ${x}', "redirect": ["https://g.example.org/cb"]},
        {"id": "cli", "name": "cli", "redirect": ["https://c.example.org/cb"], "public": True},
    ]
    identity = {**site()["identity"], "clients": more}
    by_id = {one["id"]: one for one in config(identity=identity)["staticClients"]}
    assert by_id["grafana"]["name"] == 'Say "hi" ${x}'
    assert by_id["grafana"]["secretEnv"] == "SECRET_GRAFANA"
    assert by_id["cli"]["public"] is True
    assert "SECRET_CLI" not in entries(identity=identity)
