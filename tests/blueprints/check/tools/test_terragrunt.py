"""terragrunt is on no package registry: a script prints what its documentation shows."""

from pathlib import Path

from blueprints.check.tools.terragrunt import concerns
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import program, used

# docs.terragrunt.com, "hcl validate --json": a list of diagnostics.
TOLD = (
    '[{"severity": "error", "summary": "Unsupported argument", "detail": "not expected here", '
    '"range": {"filename": "\'$PWD\'/live/terragrunt.hcl", "start": {"line": 3}}}]'
)


def test_its_diagnostics_are_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"live/terragrunt.hcl": ""})
    path = program(tmp_path / "bin", "terragrunt", f"echo '{TOLD}'; exit 1")
    found, missed = used("terragrunt", repo, path, trusted=True)
    assert [(one.file, one.line, one.message) for one in found] == [
        ("live/terragrunt.hcl", 3, "Unsupported argument: not expected here")
    ]
    assert missed == []


def test_one_that_fails_is_not_checked(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"terragrunt.hcl": ""})
    path = program(tmp_path / "bin", "terragrunt", "echo 'no tofu' >&2; exit 1")
    assert used("terragrunt", repo, path, trusted=True)[1][0].reason == "no tofu"


def test_it_is_for_its_own_files(tmp_path: Path) -> None:
    assert concerns(repository(tmp_path / "a", {"live/root.hcl": ""}))
    assert not concerns(repository(tmp_path / "b", {"main.tf": ""}))
