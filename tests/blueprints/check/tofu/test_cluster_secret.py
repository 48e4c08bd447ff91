"""Secrets that are clusters, and tokens of accounts."""

from __future__ import annotations

import pytest

from blueprints.check.tofu.cluster_secret import problems
from blueprints.check.tofu.reader import read

CLUSTER = """\
resource "kubernetes_secret_v1" "a" {
  data = {
    name   = var.name
    server = "https://192.0.2.1:6443"
    config = jsonencode({
      bearerToken = var.token
      tlsClientConfig = {
        insecure = false
        caData   = base64encode(var.ca)
      }
    })
  }
  metadata {
    labels = { "argocd.argoproj.io/secret-type" = "cluster" }
  }
}
"""
TOKEN = """\
resource "kubernetes_secret_v1" "a" {
  type = "kubernetes.io/service-account-token"
  metadata {
    annotations = { "kubernetes.io/service-account.name" = "a" }
  }
}
"""


def told(text: str) -> list[str]:
    (block,) = read(text).blocks
    return [f"{line}: {words}" for line, words in problems(block)]


def test_what_its_reader_takes_is_not_told() -> None:
    assert told(CLUSTER) == []
    assert told(TOKEN) == []
    assert told('resource "kubernetes_secret_v1" "a" {\n  data = { a = "b" }\n}\n') == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("insecure = false", "insecure = true", "2: data: config.tlsClientConfig.insecure is true"),
        ("bearerToken", "bearertoken", "2: data: config.bearerToken is missing"),
        ("https://", "http://", "2: data: server is "),
        ("name   =", "nam    =", "2: data: name is missing"),
        ('"cluster"', '"repository"', "1: is a cluster to ArgoCD only with its label"),
    ],
)
def test_a_cluster_that_argocd_would_not_take_is_told(old: str, new: str, words: str) -> None:
    assert old in CLUSTER
    found = told(CLUSTER.replace(old, new, 1))
    assert any(one.startswith(words) for one in found), found


def test_a_token_of_nobody_is_told() -> None:
    (words,) = told(TOKEN.replace("account.name", "acount.name"))
    assert words.startswith("1: names no account")
