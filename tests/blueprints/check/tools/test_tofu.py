"""OpenTofu is on no package registry; its command line is Terraform's."""

import os
from pathlib import Path

from blueprints.check.tools.tofu import concerns
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import program, used
from tests.labs.terraform import TERRAFORM, needs_terraform


def test_it_is_for_its_own_files_too(tmp_path: Path) -> None:
    assert concerns(repository(tmp_path / "a", {"a.tofu": ""}))
    assert concerns(repository(tmp_path / "b", {"a.tf": ""}))
    assert not concerns(repository(tmp_path / "c", {"a.hcl": ""}))


@needs_terraform
def test_it_is_asked_as_terraform_is(tmp_path: Path) -> None:
    path = program(tmp_path / "bin", "tofu", f'exec "{TERRAFORM}" "$@"')
    repo = repository(tmp_path / "repo", {"a.tf": 'variable   "name" {\n}\n'})
    found, missed = used("tofu", repo, f"{path}{os.pathsep}{os.defpath}")
    assert [(one.rule, one.hint) for one in found] == [("tofu", "tofu fmt a.tf")]
    assert len(missed) == 1
