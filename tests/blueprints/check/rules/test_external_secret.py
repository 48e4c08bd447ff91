"""Variants that the rule external-secret finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "external-secret"
WRONG: dict[str, tuple[Edit, str]] = {
    "an old version": (
        ("web/secret.yaml", "external-secrets.io/v1\n", "external-secrets.io/v1beta1\n"),
        "which is served no more",
    ),
    "a default that is not written": (
        ("web/secret.yaml", "        decodingStrategy: None\n", ""),
        "leaves decodingStrategy of password to the operator",
    ),
    "never read again": (("web/secret.yaml", "1h0m0s", "0s"), "is never read again"),
    "another name": (
        ("web/secret.yaml", "  target:\n    name: web", "  target:\n    name: site"),
        "makes a Secret of another name",
    ),
    "a template of nothing": (
        (
            "web/secret.yaml",
            "    deletionPolicy: Retain\n",
            ('    deletionPolicy: Retain\n    template:\n      data: {url: "{{ .user }}"}\n'),
        ),
        "reads user, which it does not fetch",
    ),
    "no property": (
        ("web/secret.yaml", "        property: password\n", ""),
        "does not say where password lies",
    ),
    "a store without TLS": (
        (
            "store.yaml",
            "",
            (
                "apiVersion: external-secrets.io/v1\n"
                "kind: SecretStore\n"
                "metadata: {name: team, namespace: web}\n"
                'spec: {provider: {vault: {server: "http://vault.example.org", path: kv, '
                "version: v2, auth: {kubernetes: {mountPath: kubernetes, role: web, "
                "serviceAccountRef: {name: web}}}}}}\n"
            ),
        ),
        "without TLS",
    ),
    "a store for everybody": (
        (
            "store.yaml",
            "",
            (
                "apiVersion: external-secrets.io/v1\n"
                "kind: ClusterSecretStore\n"
                "metadata: {name: team}\n"
                'spec: {provider: {vault: {server: "https://vault.example.org", path: '
                "kv, version: v2, auth: {kubernetes: {mountPath: kubernetes, role: web, "
                "serviceAccountRef: {name: web, namespace: web}}}}}}\n"
            ),
        ),
        "serves every namespace",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages
