"""Custom resources against the models of their kinds."""

from pathlib import Path

import pytest

from blueprints.check.rules import custom_resource
from blueprints.check.settings import External
from tests.blueprints.check.rules.asking import not_checked, told

APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: x}
spec:
  project: climate
  source: {repoURL: https://git.example.org/a.git, path: apps, targetRevision: main}
  destination: {server: https://kubernetes.default.svc, namespace: climate}
  syncPolicy:
    automated: {prune: true, selfHeal: true}
    syncOptions: [ServerSideApply=true]
"""


def test_a_good_resource_is_not_told(tmp_path: Path) -> None:
    assert told(custom_resource, tmp_path, {"a.yaml": APPLICATION}) == []
    assert not_checked(custom_resource, tmp_path / "again", {"a.yaml": APPLICATION}) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("targetRevision", "targetRevison", "spec.source has no field targetRevison"),
        ("path: apps", "path: ../apps", "spec.source.path"),
        ("  project: climate\n", "", "spec.project is missing"),
        ("prune: true", 'prune: "true"', "spec.syncPolicy.automated.prune"),
        ("[ServerSideApply=true]", "ServerSideApply=true", "spec.syncPolicy.syncOptions"),
        ("{server: https://kubernetes.default.svc,", "{", "exactly one of server, name"),
        ("kind: Application", "kind: Aplication", "argoproj.io has no kind Aplication"),
        ("argoproj.io", "argoprj.io", "no API group argoprj.io is known"),
        ("v1alpha1", "v1", "argoproj.io/v1 is not a version that is known"),
    ],
)
def test_a_slip_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    found = told(custom_resource, tmp_path, {"a.yaml": APPLICATION.replace(old, new, 1)})
    assert any(words in one for one in found), found


def test_pods_in_custom_resources_are_judged_as_pods(tmp_path: Path) -> None:
    text = """apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: a}
spec:
  rayVersion: 2.46.0
  headGroupSpec:
    rayStartParams: {dashboard-host: 0.0.0.0, num-cpus: 4}
    template: {spec: {containers: [{name: head, imag: ray}]}}
"""
    found = told(custom_resource, tmp_path, {"a.yaml": text})
    assert any("has no field imag" in one for one in found)
    assert any("num-cpus" in one for one in found)


def test_an_unknown_kind_is_not_checked_unless_it_is_external_or_defined(tmp_path: Path) -> None:
    text = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\n"
    files = {"a.yaml": text, "b.yaml": text}
    assert not_checked(custom_resource, tmp_path / "1", files) == [
        "example.org/v1 Thing is not known: give its definition with --crds DIR"
    ]
    external = External(kinds=("example.org/Thing",))
    assert not_checked(custom_resource, tmp_path / "2", files, external=external) == []
