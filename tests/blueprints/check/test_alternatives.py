from __future__ import annotations

from pathlib import Path

from blueprints.check.alternatives import alternatives
from tests.blueprints.check.places import repository

CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: cache, namespace: n}\n"
FILES = {
    "argocd/testing/applications/a.yaml": "path: models/m/site/kubernetes\n",
    "models/m/site/kubernetes/cache.yaml": CLAIM,
    "models/m/site/production-stack/manifests/cache.yaml": CLAIM,
    "models/other/site/kubernetes/cache.yaml": CLAIM,
}


def test_what_no_application_delivers_is_no_object_of_a_cluster(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", FILES)
    assert alternatives(repo) == {"models/m/site/production-stack/manifests/cache.yaml"}
    assert [one.file for one in repo.objects] == [
        "models/m/site/kubernetes/cache.yaml",
        "models/other/site/kubernetes/cache.yaml",
    ]


def test_values_and_what_lies_beside_them_are_delivered_together(tmp_path: Path) -> None:
    said = 'valueFiles: ["$values/models/m/site/production-stack/values.yaml"]\n'
    repo = repository(tmp_path / "repo", {**FILES, "argocd/testing/applications/a.yaml": said})
    assert alternatives(repo) == {"models/m/site/kubernetes/cache.yaml"}


def test_where_nothing_is_delivered_everything_counts(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if not path.startswith("argocd")}
    assert alternatives(repository(tmp_path / "repo", files)) == frozenset()
