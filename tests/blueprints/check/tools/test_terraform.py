import os
from pathlib import Path

from blueprints.check.finding import Level
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import used
from tests.labs.terraform import TERRAFORM, needs_terraform

pytestmark = needs_terraform
PATH = os.path.dirname(TERRAFORM or "")

FILES = {
    "good/main.tf": 'variable "name" {\n  type = string\n}\n',
    "ugly/main.tf": 'variable "name" {\n   type   = string\n}\n',
    "wrong/main.tf": 'output "x" {\n  value = var.missing\n}\n',
}


def test_form_is_judged_without_trust(tmp_path: Path) -> None:
    found, missed = used("terraform", repository(tmp_path, FILES), PATH)
    assert [(one.file, one.level, one.hint) for one in found] == [
        ("ugly/main.tf", Level.WARNING, "terraform fmt ugly/main.tf")
    ]
    assert [one.reason for one in missed] == [
        "a part of it loads code (programs of providers): --unsafe-trust-repo"
    ]


def test_a_file_that_is_no_hcl_is_told(tmp_path: Path) -> None:
    found, _ = used("terraform", repository(tmp_path, {"a.tf": "variable {{\n"}), PATH)
    assert [one.message[:28] for one in found] == ["some files cannot be parsed:"]


def test_meaning_is_judged_with_trust(tmp_path: Path) -> None:
    found, missed = used("terraform", repository(tmp_path, FILES), PATH, trusted=True)
    assert missed == []
    (wrong,) = [one for one in found if one.level is Level.ERROR]
    assert (wrong.file, wrong.line) == ("wrong/main.tf", 2)
    assert wrong.message.startswith("Reference to undeclared input variable:")
    assert not (tmp_path / "wrong" / ".terraform").exists()


def test_a_program_in_the_repository_is_started_only_with_trust(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    data = f'data "external" "evil" {{\n  program = ["touch", "{mark}"]\n}}\n'
    used("terraform", repository(tmp_path / "repo", {"main.tf": data}), PATH)
    assert not mark.exists()
