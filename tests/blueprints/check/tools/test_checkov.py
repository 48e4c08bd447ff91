from pathlib import Path

import pytest

from blueprints.check.tools.checkov import concerns
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import installed, program, sarif, used

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: b}
spec:
  containers:
    - name: main
      image: registry.example.org/a:latest
      securityContext: {privileged: true}
"""


def test_its_report_is_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.yaml": POD, ".checkov.yaml": ""})
    report = sarif("CKV_K8S_16", "repository/a.yaml", 6, "Container should not be privileged")
    script = (
        "while [ $1 != --directory ]; do shift; done; ls -a $2 > " + f"{tmp_path}/seen\n"
        "while [ $1 != --output-file-path ]; do shift; done\n"
        f"echo '{report}' > $2/results_sarif.sarif"
    )
    found, missed = used("checkov", repo, program(tmp_path / "bin", "checkov", script))
    assert [(one.file, one.message) for one in found] == [
        ("a.yaml", "CKV_K8S_16: Container should not be privileged")
    ]
    assert missed == []
    assert ".checkov.yaml" not in (tmp_path / "seen").read_text()


def test_it_is_for_objects_and_terraform(tmp_path: Path) -> None:
    assert concerns(repository(tmp_path / "a", {"a.yaml": POD}))
    assert concerns(repository(tmp_path / "b", {"a.tf": ""}))
    assert not concerns(repository(tmp_path / "c", {"a.txt": ""}))


@pytest.mark.real
def test_checkov_itself_loads_no_checks_of_the_repository(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    files = {
        "a.yaml": POD,
        ".checkov.yaml": "external-checks-dir: [checks]\n",
        "checks/__init__.py": f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n",
    }
    found, missed = used("checkov", repository(tmp_path / "repo", files), installed())
    assert missed == []
    assert any("CKV_K8S_16" in one.message for one in found)
    assert {one.file for one in found} == {"a.yaml"}
    assert not mark.exists()
