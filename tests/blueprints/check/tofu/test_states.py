"""Where units keep their state."""

from __future__ import annotations

from pathlib import Path

from blueprints.check.tofu.states import generated, states
from blueprints.check.tofu.terragrunt import units
from tests.blueprints.check.tofu.trees import HERE, ROOT, repository

GENERATED = """\
locals {
  data = yamldecode(file("${get_terragrunt_dir()}/../cluster.yaml"))
}

generate "state" {
  path      = "state.tf"
  if_exists = "overwrite"
  contents  = <<-EOT
    terraform {
      backend "s3" {
        bucket = "state"
        key    = "${local.data.state.cluster}"
      }

      encryption {
        state {
          method = method.aes_gcm.state
        }
      }
    }
  EOT
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = "provider \\"vault\\" {}"
}
"""


def test_a_state_is_known_by_its_backend_bucket_and_key(tmp_path: Path) -> None:
    known = states(repository(tmp_path))
    assert {folder: one.place for folder, one in known.items()} == {
        f"{HERE}/cluster": ("s3", "state", "a/cluster.tfstate"),
        f"{HERE}/registration": ("s3", "state", "a/registration.tfstate"),
    }
    one = known[f"{HERE}/cluster"]
    assert (one.file, one.line, one.encrypted) == ("root.hcl", 9, False)


def test_a_state_may_be_told_in_a_file_that_is_generated(tmp_path: Path) -> None:
    one = states(repository(tmp_path, **{"root.hcl": GENERATED}))[f"{HERE}/cluster"]
    assert one.place == ("s3", "state", "a/cluster.tfstate")
    assert (one.file, one.line, one.encrypted, one.problem) == ("root.hcl", 12, True, "")


def test_files_that_are_generated_can_be_read(tmp_path: Path) -> None:
    unit = units(repository(tmp_path, **{"root.hcl": GENERATED}))[f"{HERE}/cluster"]
    tops = [top for _, top in generated(unit)]
    assert [block.type for top in tops for block in top.blocks] == ["terraform", "provider"]


def test_a_key_that_cannot_be_worked_out_says_why(tmp_path: Path) -> None:
    text = GENERATED.replace("state.cluster", "state.other")
    one = states(repository(tmp_path, **{"root.hcl": text}))[f"{HERE}/cluster"]
    assert one.problem == "key: local.data.state.other is not there"
    assert one.place is None


def test_a_unit_that_says_nothing_has_none(tmp_path: Path) -> None:
    text = ROOT.replace("remote_state {", "other {")
    assert states(repository(tmp_path, **{"root.hcl": text})) == {}
