import json
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


def test_what_lies_elsewhere_is_not_checked(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.yaml": APPLICATION})
    words = "Source `x` (external repo): out of scope v1"
    report = sarif("phantom-target", "a.yaml", 1, words, "note")
    script = f"while [ $1 != --output ]; do shift; done; echo '{report}' > $2"
    path = program(tmp_path / "bin", "argocd-source-lint", script)
    found, missed = used("argocd-source-lint", repo, path)
    assert found == []
    assert [(one.file, one.reason) for one in missed] == [
        ("a.yaml", "its source is another repository")
    ]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://git.example.org/shop.git", True),
        ("git@git.example.org:shop.git", True),
        ("x\n[core]\n\tfsmonitor = touch owned", False),
        ('x" y', False),
    ],
)
def test_its_git_folder_holds_the_address_and_nothing_else(
    tmp_path: Path, address: str, known: bool
) -> None:
    settings = {"version": 1, "repositories": {address: "."}}
    files = {"a.yaml": APPLICATION, ".tutela-check.yaml": json.dumps(settings)}
    repo = repository(tmp_path / "repo", {**files, ".git/config": "[core]\n\tpager = evil\n"})
    script = f'for copy in "$@"; do :; done; cat $copy/.git/config > {tmp_path}/seen'
    used("argocd-source-lint", repo, program(tmp_path / "bin", "argocd-source-lint", script))
    seen = (tmp_path / "seen").read_text()
    assert (f"url = {address}" in seen) is known
    assert "evil" not in seen
    assert "fsmonitor" not in seen


@pytest.mark.real
def test_argocd_source_lint_itself_is_understood(tmp_path: Path) -> None:
    settings = "version: 1\nrepositories: {'https://git.example.org/shop': .}\n"
    repo = repository(tmp_path, {"apps/a.yaml": APPLICATION, ".tutela-check.yaml": settings})
    found, missed = used("argocd-source-lint", repo, installed())
    assert found
    assert {one.file for one in found} == {"apps/a.yaml"}
    assert {one.reason.partition(":")[0] for one in missed} <= {"whether its path is there"}
