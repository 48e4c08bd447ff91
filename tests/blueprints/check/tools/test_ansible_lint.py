from pathlib import Path

import pytest

from blueprints.check.tools.ansible_lint import concerns
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import installed, program, sarif, used

ROLE = {"roles/join/tasks/main.yml": "- shell: echo hello\n"}


def test_its_report_is_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", ROLE)
    report = sarif("no-changed-when", "roles/join/tasks/main.yml", 1, "says no change")
    script = f"while [ $1 != --sarif-file ]; do shift; done; echo '{report}' > $2; exit 2"
    path = program(tmp_path / "bin", "ansible-lint", script)
    found, missed = used("ansible-lint", repo, path, trusted=True)
    assert [(one.file, one.line) for one in found] == [("roles/join/tasks/main.yml", 1)]
    assert missed == []


@pytest.mark.parametrize(
    ("file", "meant"),
    [
        ("roles/a/tasks/main.yml", True),
        ("playbook.yml", True),
        ("site.yaml", True),
        (".ansible-lint", True),
        ("platform/access/roles.yaml", False),
        ("a.yaml", False),
    ],
)
def test_it_is_for_repositories_with_playbooks(tmp_path: Path, file: str, meant: bool) -> None:
    assert concerns(repository(tmp_path, {file: ""})) is meant


@pytest.mark.real
def test_ansible_lint_itself_runs_rules_of_the_repository_only_with_trust(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    files = {
        **ROLE,
        ".ansible-lint": "rulesdir: [rules/]\nuse_default_rules: true\n",
        "rules/evil.py": f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n",
    }
    repo = repository(tmp_path / "repo", files)
    found, missed = used("ansible-lint", repo, installed())
    assert (found, len(missed), mark.exists()) == ([], 1, False)
    found, missed = used("ansible-lint", repo, installed(), trusted=True)
    assert missed == []
    assert any(one.message.startswith("no-changed-when") for one in found)
    assert mark.exists()
