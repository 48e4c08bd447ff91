"""OpenTofu code that speaks of what is not there."""

from pathlib import Path

from blueprints.check.finding import Level
from blueprints.check.rules import hcl_references
from tests.blueprints.check.rules.asking import said, told

MODULE = """variable "name" {
  type = string
}
output "id" {
  value = var.name
}
"""


def test_what_is_not_declared_is_told_where_it_is_used(tmp_path: Path) -> None:
    text = 'output "o" {\n  value = "${var.name}-${local.x}"\n}\n'
    assert told(hcl_references, tmp_path, {"main.tf": text}) == [
        "main.tf:2: local x is not declared",
        "main.tf:2: variable name is not declared",
    ]


def test_what_nothing_uses_is_a_warning(tmp_path: Path) -> None:
    found = said(hcl_references, tmp_path, {"main.tf": 'variable "a" {\n  type = string\n}\n'})
    assert [(one.message, one.level) for one in found] == [  # type: ignore[union-attr]
        ("variable a is never used", Level.WARNING)
    ]


def test_a_module_is_held_to_its_inputs_and_outputs(tmp_path: Path) -> None:
    text = (
        'module "m" {\n  source = "./m"\n  nam = "x"\n}\noutput "o" {\n  value = module.m.idd\n}\n'
    )
    assert told(hcl_references, tmp_path, {"main.tf": text, "m/main.tf": MODULE}) == [
        "main.tf:1: module m has no input nam",
        "main.tf:1: module m needs name",
        "main.tf:6: module m has no output idd",
    ]


def test_a_file_that_cannot_be_read_makes_nothing_missing(tmp_path: Path) -> None:
    files = {"main.tf": 'output "o" {\n  value = var.a\n}\n', "broken.tf": "variable {"}
    assert told(hcl_references, tmp_path, files) == []


def test_code_that_fits_together_is_not_told(tmp_path: Path) -> None:
    text = (
        'module "m" {\n  source = "./m"\n  name = "x"\n}\noutput "o" {\n  value = module.m.id\n}\n'
    )
    assert told(hcl_references, tmp_path, {"main.tf": text, "m/main.tf": MODULE}) == []
