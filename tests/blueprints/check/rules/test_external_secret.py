"""Variants that the rule external-secret finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import INVALID, Edit, finds, said

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
    "gone with an empty store": (
        ("web/secret.yaml", "deletionPolicy: Retain", "deletionPolicy: Delete"),
        "when the store is empty for a moment",
    ),
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

test_says_what_is_wrong = finds(RULE, WRONG)


def test_the_passphrase_of_a_volume_goes_when_it_is_destroyed_in_the_store(tmp_path: Path) -> None:
    gone = (
        "    deletionPolicy: Delete\n"
        "    template:\n      engineVersion: v2\n"
        '      data: {CRYPTO_KEY_VALUE: "{{ .password }}"}\n'
    )
    edit = ("web/secret.yaml", "    deletionPolicy: Retain\n", gone)
    assert not any("for a moment" in message for message in said(tmp_path, RULE, edit))


STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: team}
spec:
  conditions: [{namespaces: [web]}]
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
      auth:
        kubernetes:
          mountPath: kubernetes
          role: web
          serviceAccountRef: {name: web, namespace: web}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  project: default
  source: {repoURL: "https://git.example.org/a.git", path: chart, targetRevision: main}
  destination: {name: in-cluster, namespace: elsewhere}
"""


@pytest.mark.parametrize(("named", "told"), [(True, True), (False, False)])
def test_where_a_chart_goes_is_known_only_of_an_application(
    named: bool, told: bool, tmp_path: Path
) -> None:
    secret = (INVALID / RULE / "valid/web/secret.yaml").read_text(encoding="utf-8")
    secret = secret.replace("kind: SecretStore", "kind: ClusterSecretStore")
    settings = 'repositories: {"https://git.example.org/a.git": "."}\n'
    messages = said(
        tmp_path,
        RULE,
        ("chart/Chart.yaml", "", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        (
            "chart/templates/secret.yaml",
            "",
            secret.replace("web\nspec", "{{ .Release.Namespace }}\nspec"),
        ),
        ("store.yaml", "", STORE),
        (".tutela-check.yaml", "", settings),
        ("application.yaml", "", APPLICATION if named else "# none\n"),
    )
    assert any("does not serve namespace elsewhere" in one for one in messages) == told
    assert not any("namespace default" in one for one in messages)
