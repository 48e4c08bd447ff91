"""Code that Terragrunt writes."""

from pathlib import Path

from blueprints.check.repository import Repository
from blueprints.check.tofu.generated import generated

ROOT = """\
locals {
  a = 1
}

generate "state" {
  path      = "state.tf"
  if_exists = "overwrite"
  contents  = <<-EOT
    terraform {
      backend "s3" {
        key = "${local.a}"
      }
    }
  EOT
}

generate "other" {
  path      = "other.tf"
  if_exists = "overwrite"
  contents  = file("other.tf")
}
"""


def test_lines_are_those_of_the_file_and_what_is_not_here_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "root.hcl").write_text(ROOT)
    (tmp_path / "main.tf").write_text(ROOT)
    (one,) = generated(Repository(tmp_path))
    assert (one.file, one.block.labels) == ("root.hcl", ("state",))
    (terraform,) = one.code.blocks
    (backend,) = terraform.blocks
    lines = ROOT.split("\n")
    assert lines[terraform.line - 1].strip() == "terraform {"
    assert lines[backend.attributes["key"].line - 1].strip().startswith("key")
