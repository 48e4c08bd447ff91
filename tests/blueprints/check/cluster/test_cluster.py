"""The index over a repository."""

from pathlib import Path

import pytest

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import application_id
from tests.blueprints.check.cluster.known import known

SETTINGS = """\
version: 1
repositories:
  https://git.example.org/platform/all.git: .
  https://git.example.org/team/web.git: team
"""
PROJECTS = """\
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: web, namespace: argocd}
spec:
  sourceRepos: [https://git.example.org/team/web.git]
  sourceNamespaces: [web]
  destinations: [{namespace: web}]
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: platform, namespace: argocd}
spec:
  sourceRepos: [https://git.example.org/platform/all.git]
  destinations: [{namespace: argocd}]
"""
APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: site, namespace: web}
spec: {source: {repoURL: https://git.example.org/team/web.git, path: site}}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: web
"""


def test_the_index_is_built_once(tmp_path: Path) -> None:
    found = known(tmp_path, config=CONFIG)
    assert cluster.of(found.repo, found.settings) is found


def test_a_namespace_is_said_by_the_document_or_its_kustomization(tmp_path: Path) -> None:
    found = known(
        tmp_path, top=CONFIG, site__deep__config=CONFIG, site__kustomization=KUSTOMIZATION
    )
    assert {item.file: found.namespace(item) for item in found.of_kind("ConfigMap")} == {
        "top.yaml": "",
        "site/deep/config.yaml": "web",
    }


def test_a_tenant_is_whoever_brings_another_repository(tmp_path: Path) -> None:
    found = known(tmp_path, settings=SETTINGS, projects=PROJECTS)
    assert found.tenants == {"web": ("web",)}
    assert found.tenant_namespaces == {"web": "web"}
    assert found.argocd_namespace == "argocd"


def test_without_settings_a_tenant_is_whoever_stays_out_of_argocd(tmp_path: Path) -> None:
    assert set(known(tmp_path, projects=PROJECTS).tenants) == {"web"}


SIGNED = """\
  sourceIntegrity:
    git:
      policies:
        - repos: [{url: https://git.example.org/team/platform.git}, {url: OTHER}]
          gpg: {mode: MODE, keys: [4AEE18F83AFDEB23]}
"""


@pytest.mark.parametrize(("mode", "tenants"), [("strict", set()), ("head", {"both"})])
def test_what_has_to_be_signed_beside_this_repository_is_no_tenants(
    mode: str, tenants: set[str], tmp_path: Path
) -> None:
    other = "https://git.example.org/team/charts.git"
    text = """\
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: both, namespace: argocd}
spec:
  sourceRepos: [https://git.example.org/team/platform.git, OTHER]
  destinations: [{server: https://kubernetes.default.svc, namespace: web}]
"""
    project = (text + SIGNED).replace("OTHER", other).replace("MODE", mode)
    own = 'version: 1\nrepositories: {"https://git.example.org/team/platform.git": "."}\n'
    assert set(known(tmp_path, settings=own, projects=project).tenants) == tenants


def test_an_application_deploys_what_lies_in_its_folder(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        settings=SETTINGS,
        team__apps__site=APP,
        team__site__a=CONFIG,
        team__site__deep__b=CONFIG,
    )
    (app,) = found.applications
    assert [item.file for item in found.deployed[application_id(app)]] == ["team/site/a.yaml"]
