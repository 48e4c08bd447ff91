"""Folders of OpenTofu files."""

from pathlib import Path

from blueprints.check.hcl_module import Place, read_modules
from tests.blueprints.check.places import repository

MAIN = """terraform {
  required_providers {
    github = {
      source = "integrations/github"
    }
  }
}
variable "a" {
  type = string
}
locals {
  x = {
    y = 1
  }
  y = 2
}
resource "github_team" "t" {
  name = var.a
}
data "github_user" "u" {
  username = "u"
}
"""


def test_what_a_folder_declares_is_known_with_its_place(tmp_path: Path) -> None:
    repo = repository(
        tmp_path, {"m/main.tf": MAIN, "m/more.tofu": 'variable "a" {}\n', "m/x.tfvars": "a = 1\n"}
    )
    (module,) = read_modules(repo).values()
    assert module.folder == "m"
    assert module.complete
    assert module.providers == {"github"}
    assert module.declared["variable", "a"] == [Place("m/main.tf", 8), Place("m/more.tofu", 1)]
    assert module.declared["resource", "github_team", "t"] == [Place("m/main.tf", 17)]
    assert module.declared["data", "github_user", "u"] == [Place("m/main.tf", 20)]
    assert module.declared["local", "y"] == [Place("m/main.tf", 15)]
    assert module.names("local") == ["x", "y"]
    assert module.blocks["resource", "github_team", "t"] == {"name": "var.a"}
    assert module.values == {"m/x.tfvars": {"a": 1}}


def test_a_file_that_cannot_be_read_makes_the_module_incomplete(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"main.tf": MAIN, "broken.tf": "x {"})
    assert not read_modules(repo)[""].complete
