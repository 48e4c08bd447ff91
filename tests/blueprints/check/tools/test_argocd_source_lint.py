from pathlib import Path

import pytest

from blueprints.check.tools.argocd_source_lint import concerns
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import installed, program, sarif, used

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
  annotations: {argocd.argoproj.io/sync-wave: "soon"}
spec:
  project: shop
  source:
    repoURL: https://git.example.org/shop.git
    path: nowhere
    targetRevision: main
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  syncPolicy: {syncOptions: [serverSideApply=true]}
"""


def test_its_report_is_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.yaml": APPLICATION})
    report = sarif("phantom-target", "a.yaml", 1, "no such path", "error")
    script = f"while [ $1 != --output ]; do shift; done; echo '{report}' > $2"
    found, missed = used(
        "argocd-source-lint", repo, program(tmp_path / "bin", "argocd-source-lint", script)
    )
    assert [(one.file, one.message) for one in found] == [
        ("a.yaml", "phantom-target: no such path")
    ]
    assert missed == []


def test_it_is_for_repositories_with_objects_of_argocd(tmp_path: Path) -> None:
    assert concerns(repository(tmp_path / "a", {"a.yaml": APPLICATION}))
    assert not concerns(repository(tmp_path / "b", {"a.yaml": "a: 1\n"}))


@pytest.mark.real
def test_argocd_source_lint_itself_is_understood(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"apps/a.yaml": APPLICATION})
    found, missed = used("argocd-source-lint", repo, installed())
    assert missed == []
    assert found
    assert {one.file for one in found} == {"apps/a.yaml"}
