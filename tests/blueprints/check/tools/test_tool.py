from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.repository import Repository
from blueprints.check.tools import tool as module
from blueprints.check.tools.tool import names, tool
from tests.blueprints.check.places import repository, write
from tests.blueprints.check.tools.programs import program, sarif, used

REPORT = (
    'for word in "$@"; do case $word in --report-path=*) out=${word#*=};; esac; copy=$word; done\n'
)


def test_every_tool_of_the_issue_is_there() -> None:
    assert names() == (
        "ansible-lint",
        "argocd-source-lint",
        "checkov",
        "gitleaks",
        "kubeconform",
        "terraform",
        "terragrunt",
        "tofu",
    )
    for name in names():
        one = tool(name)
        assert one.name == name
        assert one.summary.endswith(".")
        assert one.safe_part or one.loads_code


def test_one_that_is_not_installed_is_not_checked(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a": ""})
    found, missed = used("gitleaks", repo, "/nonexistent")
    assert found == []
    assert [one.reason for one in missed] == ["gitleaks is not installed"]


@pytest.mark.parametrize("name", ["ansible-lint", "terragrunt"])
def test_one_that_loads_code_is_not_run_without_trust(tmp_path: Path, name: str) -> None:
    repo = repository(tmp_path / "repo", {"terragrunt.hcl": "", "roles/a/tasks/main.yml": ""})
    path = program(tmp_path / "bin", name, f"touch {tmp_path}/ran")
    found, missed = used(name, repo, path)
    assert found == []
    assert "--unsafe-trust-repo" in missed[0].reason
    assert not (tmp_path / "ran").exists()
    used(name, repo, path, trusted=True)
    assert (tmp_path / "ran").exists()


def test_a_tool_works_on_a_copy_of_regular_files(tmp_path: Path) -> None:
    repo_folder = write(
        tmp_path / "repo",
        {"a/b.yaml": "x: 1\n", ".gitleaks.toml": "", ".git/config": "", "od\u202ed": ""},
    )
    (repo_folder / "link").symlink_to("/etc/passwd")
    path = program(
        tmp_path / "bin",
        "gitleaks",
        REPORT + f"(cd $copy; find . | sort) > {tmp_path}/seen; pwd >> {tmp_path}/seen\n"
        f"echo x > $copy/a/b.yaml; echo '{sarif('r', 'a/b.yaml', 3, 'words')}' > $out",
    )
    found, missed = used("gitleaks", Repository(repo_folder), path)
    *files, folder = (tmp_path / "seen").read_text().splitlines()
    assert files == [".", "./a", "./a/b.yaml"]
    assert not Path(folder).exists()
    assert not folder.startswith(str(repo_folder))
    assert (repo_folder / "a/b.yaml").read_text() == "x: 1\n"
    assert [(one.file, one.line, one.rule, one.message) for one in found] == [
        ("a/b.yaml", 3, "gitleaks", "r: words")
    ]
    assert found[0].level is Level.ERROR
    assert missed == []


def test_with_trust_its_own_settings_are_in_the_copy(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {".gitleaks.toml": ""})
    path = program(tmp_path / "bin", "gitleaks", REPORT + f"ls -a $copy > {tmp_path}/seen")
    used("gitleaks", repo, path, trusted=True)
    assert ".gitleaks.toml" in (tmp_path / "seen").read_text()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'it broke' >&2; exit 1", "it broke"),
        (REPORT + "echo nonsense > $out", "gave nothing that can be read"),
        (REPORT + "echo '{}' > $out", "gave nothing that can be read: no SARIF"),
    ],
)
def test_one_that_gives_nothing_is_not_checked(tmp_path: Path, script: str, words: str) -> None:
    repo = repository(tmp_path / "repo", {"a": ""})
    found, missed = used("gitleaks", repo, program(tmp_path / "bin", "gitleaks", script))
    assert found == []
    assert words in missed[0].reason


def test_one_that_takes_too_long_is_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)
    repo = repository(tmp_path / "repo", {"a": ""})
    _, missed = used("gitleaks", repo, program(tmp_path / "bin", "gitleaks", "sleep 30"))
    assert missed[-1].reason == "took longer than 0 seconds"


def test_a_repository_that_is_too_large_to_copy_is_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COPIED", 10)
    repo = repository(tmp_path / "repo", {"a": "x" * 100})
    _, missed = used("gitleaks", repo, program(tmp_path / "bin", "gitleaks", ""))
    assert missed[0].reason == "the repository is larger than 0 GiB"
