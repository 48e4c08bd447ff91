"""Secrets are named, never written."""

from __future__ import annotations

import re

from tests.blueprints.kinds.sandbox.specifications import (
    GITHUB,
    named,
    objects,
    project,
    rendered,
    typed,
)


def test_a_project_reads_its_part_of_the_store_as_its_own_account() -> None:
    made = rendered(typed(project()))
    path = "projects/climate/tenancy/secrets.yaml"
    vault = named(made, path, "SecretStore", "project")["spec"]["provider"]["vault"]
    assert vault["version"] == "v2"
    auth = vault["auth"]["kubernetes"]
    assert auth["role"] == "sandbox-climate"
    account = named(made, path, "ServiceAccount", auth["serviceAccountRef"]["name"])
    assert account["automountServiceAccountToken"] is False


def test_the_platforms_store_serves_the_platforms_namespaces_only() -> None:
    (store,) = objects(rendered(typed(project())), "platform/secrets/store.yaml")
    assert store["spec"]["conditions"] == [{"namespaces": ["argocd", "dex"]}]


def test_what_the_api_server_would_default_is_written_out() -> None:
    for made in (rendered(typed(project())), rendered(typed(project(), **GITHUB))):
        for path, text in made.items():
            if "ExternalSecret" not in text or not path.endswith(".yaml"):
                continue
            for one in objects(made, path):
                if one["kind"] != "ExternalSecret":
                    continue
                assert one["apiVersion"] == "external-secrets.io/v1"
                assert one["spec"]["target"]["creationPolicy"] == "Owner"
                assert one["spec"]["target"]["deletionPolicy"] == "Retain"
                for entry in one["spec"]["data"]:
                    assert entry["remoteRef"].keys() >= {
                        "conversionStrategy",
                        "decodingStrategy",
                        "metadataPolicy",
                    }


def test_there_is_no_secret_of_kubernetes_anywhere() -> None:
    for text in rendered(typed(project())).values():
        assert not re.search(r"^kind: Secret$", text, re.MULTILINE)
