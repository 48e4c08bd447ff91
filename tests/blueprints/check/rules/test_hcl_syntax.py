"""HCL that OpenTofu refuses."""

from pathlib import Path

import pytest

from blueprints.check.rules import hcl_syntax
from tests.blueprints.check.rules.asking import told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "${x"\n', 1),
        ('resource "x" "y" {\n  a = 1\n', 1),
        ("b { a = 1 c = 2 }\n", 1),
        ("a = 1\na = 2\n", 2),
        ("a = " + "[" * 300, 1),
    ],
)
@pytest.mark.parametrize("name", ["main.tf", "main.tofu", "root.hcl", "x.tfvars"])
def test_what_is_no_hcl_is_told_with_its_line(
    text: str, line: int, name: str, tmp_path: Path
) -> None:
    found = told(hcl_syntax, tmp_path, {name: text})
    assert found
    assert found[0].startswith(f"{name}:{line}: is ")


def test_no_name_of_the_parser_is_shown(tmp_path: Path) -> None:
    (found,) = told(hcl_syntax, tmp_path, {"main.tf": "a = 1\na = 2\n"})
    assert found == 'main.tf:2: is not HCL: the argument "a" was already set on line 1'


def test_good_hcl_is_not(tmp_path: Path) -> None:
    text = 'locals {\n  a = "x-${var.b}"\n  c = <<-EOT\n    text\n  EOT\n}\n'
    assert told(hcl_syntax, tmp_path, {"main.tf": text}) == []
