"""Files of one cluster that speak of another."""

from pathlib import Path

import pytest

from blueprints.check.rules import cluster_mix_up
from tests.blueprints.check.rules.asking import told

CLUSTER = """name: {0}-web
environment: {0}
cluster: web
domain: web.{0}.example.org
addresses: [10.0.{1}.0-10.0.{1}.9]
components: [metallb]
pools:
  hpc: [{{name: gpu, taints: [{{key: hpc, value: "true"}}]}}]
"""
VALUES = """txtOwnerId: tds-web
filters: [web.tds.example.org, a.web.tds.example.org]
secrets: clusters/tds/web/ceph
addresses: [10.0.2.0-10.0.2.9]
plugin:
  tolerations:
    - {key: hpc, operator: Exists}
    - {key: nvidia.com/gpu, operator: Exists}
"""
PROJECT = """apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: tds-web, namespace: argocd}
spec:
  sourceRepos: [https://charts.example.org/x]
  destinations: [{name: tds-web, namespace: metallb-system}]
"""
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: production-web-metallb, namespace: argocd, labels: {tutela/component: metallb}}
spec:
  project: production-web
  source: {repoURL: https://charts.example.org/x, chart: metallb, targetRevision: 1.0.0}
  destination: {name: production-web, namespace: metallb-system}
"""
FILES: dict[str, str | bytes] = {
    "clusters/production/web/cluster.yaml": CLUSTER.format("production", 1),
    "clusters/tds/web/cluster.yaml": CLUSTER.format("tds", 2),
    "clusters/tds/web/values/a.yaml": VALUES,
    "argocd/project.yaml": PROJECT,
    "argocd/application.yaml": APPLICATION,
}


def test_a_cluster_that_speaks_of_itself_is_not_told(tmp_path: Path) -> None:
    assert told(cluster_mix_up, tmp_path, FILES) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("txtOwnerId: tds-web", "txtOwnerId: production-web", 1),
        ("a.web.tds.", "a.web.production.", 2),
        ("clusters/tds/web", "clusters/production/web", 3),
        ("10.0.2.0-", "10.0.1.0-", 4),
        ("key: hpc", "key: hcp", 7),
    ],
)
def test_a_value_of_another_cluster_is_told_where_it_stands(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    files = {**FILES, "clusters/tds/web/values/a.yaml": VALUES.replace(old, new)}
    (one,) = told(cluster_mix_up, tmp_path, files)
    assert one.startswith(f"clusters/tds/web/values/a.yaml:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: tds-web, namespace: m", "name: production-web, namespace: m", "deploys to cluster"),
        ("https://charts.example.org/x", "https://charts.example.org/y", "does not take https:"),
        ("namespace: metallb-system", "namespace: metallb", "does not take namespace metallb-sys"),
    ],
)
def test_a_project_takes_what_its_clusters_components_are_elsewhere(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    files = {**FILES, "argocd/project.yaml": PROJECT.replace(old, new)}
    assert any(said in one for one in told(cluster_mix_up, tmp_path, files))


def test_a_component_that_the_cluster_does_not_have_is_not_asked_for(tmp_path: Path) -> None:
    bare = CLUSTER.format("tds", 2).replace("[metallb]", "[]")
    project = PROJECT.replace("https://charts.example.org/x", "https://charts.example.org/y")
    files = {**FILES, "clusters/tds/web/cluster.yaml": bare, "argocd/project.yaml": project}
    assert told(cluster_mix_up, tmp_path, files) == []


def test_one_cluster_alone_is_mixed_up_with_none(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if "production" not in path}
    assert told(cluster_mix_up, tmp_path, files) == []
