"""Folders of Kustomize."""

from pathlib import Path

import pytest

from blueprints.check import kustomize
from tests.blueprints.check.places import repository

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"


def test_files_folders_patches_and_what_is_missing_are_told_apart(tmp_path: Path) -> None:
    text = (
        HEAD + "resources: [a.yaml, ../base, gone.yaml, ../../out.yaml, 'https://x.org/y?ref=1']\n"
        "patches: [{path: p.yaml}]\n"
        "configMapGenerator: [{name: g, files: [k=f.txt, g.txt]}]\n"
    )
    repo = repository(
        tmp_path,
        {
            "app/kustomization.yaml": text,
            "app/a.yaml": MAP % "a",
            "app/p.yaml": MAP % "b",
            "app/f.txt": "",
            "base/kustomization.yaml": HEAD + "resources: [b.yaml]\n",
            "base/b.yaml": MAP % "b",
        },
    )
    folders = kustomize.read(repo)
    app = folders["app"]
    assert [path for _, path in app.files] == ["app/a.yaml"]
    assert [path for _, path in app.folders] == ["base"]
    assert set(app.patches) == {"app/p.yaml"}
    assert app.others == {"app/f.txt"}
    assert [entry for _, entry in app.missing] == ["gone.yaml", "../../out.yaml", "g.txt"]
    assert [entry for _, entry in app.remote] == ["https://x.org/y?ref=1"]
    assert app.named == {"app/a.yaml", "app/p.yaml", "app/f.txt"}
    assert kustomize.objects(repo, folders, app) is None
    objects = kustomize.objects(repo, folders, folders["base"])
    assert [one.name for one in objects or ()] == ["b"]


def test_the_outermost_namespace_wins(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "over/kustomization.yaml": HEAD + "namespace: outer\nresources: [../base]\n",
            "base/kustomization.yaml": HEAD + "namespace: inner\nresources: [b.yaml]\n",
            "base/b.yaml": MAP % "b",
        },
    )
    assert kustomize.namespaces(kustomize.read(repo)) == {"base/b.yaml": "outer"}


def test_folders_that_take_each_other_in_come_to_an_end(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "a/kustomization.yaml": HEAD + "namespace: outer\nresources: [../b]\n",
            "b/kustomization.yaml": HEAD + "resources: [../a]\n",
        },
    )
    folders = kustomize.read(repo)
    assert kustomize.namespaces(folders) == {}
    assert kustomize.objects(repo, folders, folders["a"]) == ()


@pytest.mark.parametrize(
    ("resource", "remote"),
    [
        ("https://example.org/a.yaml", True),
        ("git@example.org:a/b.git", True),
        ("github.com/a/b?ref=1", True),
        ("example.org/a/b//c?ref=1", True),
        ("a/b.yaml", False),
        ("../base", False),
    ],
)
def test_what_has_to_be_fetched_is_known(resource: str, remote: bool) -> None:
    assert kustomize.is_remote(resource) is remote
