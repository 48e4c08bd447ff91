"""Folders that OpenTofu runs in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blueprints.check.finding import Finding
from blueprints.check.repository import Repository
from blueprints.check.rules.tofu_root import check
from blueprints.check.settings import load_settings

ROOT = """\
terraform {
  required_version = ">= 1.10.0"
  backend "s3" {
    bucket = "state"
    key    = "NAME.tfstate"
  }
  required_providers {
    vault = { source = "hashicorp/vault", version = "~> 5.0" }
  }
}
provider "vault" {
  address = "https://vault.example.org"
}
module "one" {
  source = "../../modules/one"
  who    = "NAME"
}
"""
MODULE = """\
terraform {
  required_version = ">= 1.10.0"
  required_providers {
    vault = { source = "hashicorp/vault", version = "~> 5.0" }
  }
}
variable "who" {
  type = object({ admin = string, viewer = string })
}
locals {
  rights = { admin = "write", viewer = "read" }
}
resource "vault_policy" "a" {
  for_each = var.who
  policy   = local.rights[each.key]
}
resource "terraform_data" "seed" {
  provisioner "local-exec" {
    command = "\\"$SEED_SCRIPT\\""
    environment = {
      SEED_SCRIPT = "${path.module}/seed.sh"
      SEED_URL    = "https://git.example.org"
    }
  }
}
"""


def told(folder: Path, change: Callable[[str, str], str]) -> list[str]:
    files = {f"roots/{name}/main.tf": ROOT.replace("NAME", name) for name in ("a", "b", "c")}
    files["modules/one/main.tf"] = MODULE
    files["modules/one/seed.sh"] = ': "${SEED_URL:?}"\n"$SEED_URL"\n'
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(change(name, text), encoding="utf-8")
    repo = Repository(folder)
    found = [one for one in check(repo, load_settings(repo)) if isinstance(one, Finding)]
    return [f"{one.file}:{one.line}: {one.message}" for one in found]


def test_folders_that_are_set_up_alike_are_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, lambda _, text: text) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("roots/b/main.tf", "b.tfstate", "a.tfstate", "is that of roots/a too"),
        ("roots/b/main.tf", '"state"', '"other"', "bucket of the backend is not as in the folders"),
        ("roots/b/main.tf", 'backend "s3"', 'backen "s3"', "has no backend"),
        ("roots/b/main.tf", '"vault" {', '"vaul" {', "no provider block for vault"),
        ("roots/b/main.tf", "//vault.", "//else.", "address of provider vault is not as in the"),
        ("roots/b/main.tf", "~> 5.0", "~> 4.0", "vault is not as elsewhere"),
        ("roots/b/main.tf", '  who    = "b"\n', "", "module one is not as in the folders"),
        ("modules/one/main.tf", "1.10.0", "1.9.0", "required_version is not as elsewhere"),
        ("modules/one/main.tf", ', version = "~> 5.0"', "", "provider vault has no version"),
        ("modules/one/main.tf", "vault_policy", "github_team", "of a provider that is not requ"),
        ("modules/one/main.tf", "SEED_URL ", "SEED_UR ", "a script needs SEED_URL"),
        ("modules/one/main.tf", "SEED_URL ", "SEED_UR ", "nothing that is run reads SEED_UR"),
        (
            "roots/b/main.tf",
            'module "one"',
            'provider "vault" {}\nmodule "one"',
            "configured twice",
        ),
        ("modules/one/main.tf", 'viewer = "read"', 'viewr = "read"', "local rights has the keys"),
    ],
)
def test_what_is_not_as_its_neighbours(
    file: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    def change(name: str, text: str) -> str:
        assert name != file or old in text
        return text.replace(old, new) if name == file else text

    messages = told(tmp_path, change)
    assert any(words in message for message in messages), messages


UNIT = """\
terraform {
  source = "../modules/one"
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = "provider \\"vault\\" {}"
}
"""


def by_units(folder: Path, **units: str) -> list[str]:
    """What is told of a module that units of Terragrunt run."""
    files = {f"{name}/terragrunt.hcl": text for name, text in units.items()}
    for name, text in {**files, "modules/one/main.tf": MODULE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    repo = Repository(folder)
    return [one.message for one in check(repo, load_settings(repo)) if isinstance(one, Finding)]


def test_a_module_that_units_run_needs_no_backend_of_its_own(tmp_path: Path) -> None:
    messages = by_units(tmp_path, a=UNIT, b=UNIT)
    assert not any("backend" in one or "provider block" in one for one in messages)


def test_every_unit_has_to_set_up_what_the_module_asks_for(tmp_path: Path) -> None:
    messages = by_units(tmp_path, a=UNIT, b=UNIT.partition("generate")[0])
    assert "there is no provider block for vault" in messages


def test_a_module_that_nobody_runs_needs_a_backend(tmp_path: Path) -> None:
    assert any("has no backend" in one for one in by_units(tmp_path))
