"""Variants that the rule tofu-state finds, and others that it has nothing to say of."""

from __future__ import annotations

import shutil
from pathlib import Path

from blueprints.check.run import Asked, check
from blueprints.engine.base import base_files
from blueprints.engine.blueprint import File
from tests.blueprints.check.rules.variants import INVALID, Edit, accepts, finds, said
from tests.blueprints.mutation.campaign import TODAY

RULE = "tofu-state"
_HERE = "clusters/production/inference"
CLUSTER = f"{_HERE}/cluster/terragrunt.hcl"
REGISTRATION = f"{_HERE}/registration/terragrunt.hcl"
DATA = f"{_HERE}/cluster.yaml"
_KEY = "local.data.state[basename(get_terragrunt_dir())]"
ENCRYPTION = """\
generate "encryption" {
  path      = "encryption.tf"
  if_exists = "overwrite"
  contents  = <<-EOT
    terraform {
      encryption {
        state {
          method = method.aes_gcm.state
        }
      }
    }
  EOT
}
"""

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "a key of the folder's path": (
        ("root.hcl", _KEY, "path_relative_to_include()"),
        "is made from the folder's path",
    ),
    "a key of the folder's name": (
        ("root.hcl", _KEY, '"${basename(get_terragrunt_dir())}/state"'),
        "is made from the folder's path",
    ),
    "a key of parts of the path": (
        ("root.hcl", _KEY, 'join("-", split("/", get_path_from_repo_root()))'),
        "is made from the folder's path",
    ),
    "no key": (
        ("root.hcl", "    key          = local.data.state[basename(get_terragrunt_dir())]\n", ""),
        "the state has no key",
    ),
    "a key of two units": (
        (DATA, "/registration.tfstate", "/cluster.tfstate"),
        "is that of clusters/production/inference/cluster too",
    ),
    "a state in the open": (("root.hcl", "    encrypt      = true\n", ""), "is not encrypted"),
    "a state without a lock": (("root.hcl", "    use_lockfile = true\n", ""), "is not locked"),
    "a state on the disk of a job": (
        ("root.hcl", 'backend = "s3"', 'backend = "local"'),
        "lies on the disk of the job",
    ),
    "a state that nobody says": (
        ("root.hcl", "remote_state {", "remote_stat {"),
        "nothing says where its state is",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a table that locks": (("root.hcl", "use_lockfile = true", 'dynamodb_table = "locks"'),),
    "OpenTofu's own encryption": (
        ("root.hcl", "    encrypt      = true\n", ""),
        ("root.hcl", "", ENCRYPTION),
    ),
    "a key of the cluster's name": (
        ("root.hcl", _KEY, '"${local.data.name}/${local.data.version}"'),
        (
            "root.hcl",
            "}/${local.data.version}",
            "}/${local.data.state[basename(get_terragrunt_dir())]}",
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


BACKEND = """\
generate "state" {
  path      = "state.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOT
    terraform {
      backend "s3" {
        bucket       = "state"
        key          = "${local.data.state[basename(get_terragrunt_dir())]}"
        encrypt      = true
        use_lockfile = true
      }
    }
  EOT
}
"""


def generated(folder: Path, *edits: Edit) -> list[str]:
    """What is said of the repository with a backend in a file that is generated."""
    return said(
        folder, RULE, ("root.hcl", "remote_state {", "unread {"), ("root.hcl", "", BACKEND), *edits
    )


def test_a_backend_may_stand_in_a_file_that_is_generated(tmp_path: Path) -> None:
    assert generated(tmp_path) == []


def test_a_generated_backend_is_judged_too(tmp_path: Path) -> None:
    assert generated(tmp_path, ("root.hcl", "        use_lockfile = true\n", "")) == [
        "the state is not locked while it is changed"
    ]


def test_a_generated_key_that_the_data_does_not_have_is_told(tmp_path: Path) -> None:
    messages = generated(tmp_path, (DATA, "  registration: ", "  registrations: "))
    assert messages == ["the state has no key: key: local.data.state[...] is not there"]


def test_a_key_that_was_another_at_the_last_render_has_moved(tmp_path: Path) -> None:
    valid = INVALID / RULE / "valid"
    files = [
        File(path.relative_to(valid).as_posix(), path.read_bytes())
        for path in sorted(valid.rglob("*"))
        if path.is_file()
    ]
    packs = [(one.path, "", one.content.decode()) for one in base_files(files)]
    moved = (DATA, "production-inference/cluster.tfstate", "inference/cluster.tfstate")
    assert said(tmp_path / "a", RULE, *packs) == []
    assert said(tmp_path / "b", RULE, *packs, moved) == [
        "the state's key was clusters/production-inference/cluster.tfstate "
        "and is clusters/inference/cluster.tfstate"
    ]


def test_a_base_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(INVALID / RULE / "valid", repository)
    (repository / ".tutela-base/render").mkdir(parents=True)
    (repository / ".tutela-base/render/top.jsonl").write_text("no JSON\n")
    result = check(repository, Asked(only=(RULE,), history=False), TODAY)
    assert [one.reason for one in result.not_checked if one.rule == RULE] == [
        "whether keys have moved is not known: the base cannot be read"
    ]
