"""OpenTofu and Terragrunt: what all units share, the modules, and the step that locks providers."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.emit.hcl import Block, Expr, Template, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents import (
    terragrunt,
    tofu_cluster,
    tofu_machines,
    tofu_registration,
)
from blueprints.kinds.cluster.documents.data import units
from blueprints.kinds.cluster.documents.tofu_provider import TOFU

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_SCRIPTS = Path(__file__).parent.parent / "scripts"
_HEADER = """\
What every unit has in common. A unit's state lies where cluster.yaml says, never where its folder
is. Needs in the environment: BAO_TOKEN (may ask the transit engine for datakey/plaintext/KEY and
decrypt/KEY), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (the bucket), RANCHER_TOKEN_KEY; for
registration ARGOCD_KUBECONFIG (a file), for machines MAAS_API_KEY."""
_STATE = """\
terraform {
  backend "s3" {
    bucket                      = "${local.site.state.bucket}"
    key                         = "${local.cluster.state[local.unit]}"
    region                      = "${local.site.state.region}"
    endpoints                   = { s3 = "${local.site.state.endpoint}" }
    use_path_style              = true
    use_lockfile                = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }

  encryption {
    key_provider "openbao" "state" {
      address             = "${local.site.state.server}"
      transit_engine_path = "/${local.site.state.transit}"
      key_name            = "${local.site.state.key}"
    }

    method "aes_gcm" "state" {
      keys = key_provider.openbao.state
    }

    state {
      method   = method.aes_gcm.state
      enforced = true
    }

    plan {
      method   = method.aes_gcm.state
      enforced = true
    }
  }
}
"""


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``tofu/``, and the units of every cluster."""
    yield File("tofu/root.hcl", root())
    yield File("tofu/lock.sh", (_SCRIPTS / "lock.sh").read_bytes(), executable=True)
    yield from tofu_cluster.files()
    yield from tofu_registration.files()
    if any("machines" in units(one) for _, _, one in spec.deployments()):
        yield from tofu_machines.files()
    yield from terragrunt.files(spec)


def root() -> bytes:
    """``tofu/root.hcl``."""
    return hcl_text(
        [
            ("terraform_binary", "tofu"),
            ("terraform_version_constraint", TOFU),
            ("terragrunt_version_constraint", ">= 0.77.0"),
            Block(
                "locals",
                (),
                [
                    ("unit", Expr("basename(get_terragrunt_dir())")),
                    *terragrunt.data(site=True),
                ],
            ),
            Block(
                "generate",
                ("state",),
                [
                    ("path", "state.tf"),
                    ("if_exists", "overwrite_terragrunt"),
                    ("contents", Template(_STATE)),
                ],
            ),
            Block(
                "terraform",
                (),
                [
                    # One lock for each module, beside it, and none for each unit.
                    ("copy_terraform_lock_file", False),
                    Block(
                        "extra_arguments",
                        ("locked",),
                        [
                            ("commands", ["init"]),
                            ("arguments", ["-input=false", "-lockfile=readonly"]),
                        ],
                    ),
                ],
            ),
        ],
        _HEADER,
    )
