"""The OpenBao side as OpenTofu, for Terraform itself: valid by the provider's schema, and planned.

Not checked here: what is OpenTofu's alone, encryption of state and plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pygohcl
import pytest

from tce.render.custody import custody, files, tofu
from tests.labs.providers.oracle import kept
from tests.labs.providers.server import running
from tests.labs.terraform import Terraform, needs_terraform
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import texts

EXAMPLES = [HOSPITAL, ALPS]
OPENTOFU = f"{tofu.FOLDER}/versions.tf"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Address -> values of the hospital's plan; None: to be known after."""
    with running([kept()["pulumi_vault"]], lambda *_: None) as attached:
        terraform = Terraform(tmp_path_factory.mktemp("home"), attached)
        folder = written(tmp_path_factory.mktemp("repository"), HOSPITAL)
        assert terraform.validate(folder) == []
        yield terraform.planned(folder, {"state_passphrase": "not used here"})


def written(top: Path, example: str) -> Path:
    for path, text in texts(files, typed(example=example)).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        if path == OPENTOFU:
            text, cut = re.subn(
                r"\n  (encryption|backend \S+) \{\n.*?\n  \}\n", "\n", text, flags=re.DOTALL
            )
            assert cut == 2
        (top / path).write_text(text)
    return top / tofu.FOLDER


def of(planned: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [values for address, values in planned.items() if address.startswith(f"{kind}.")]


@needs_terraform
def test_everything_of_custody_is_planned_and_nothing_else(
    planned: dict[str, dict[str, Any]],
) -> None:
    said = custody.custody(typed())
    found = Counter(address.partition(".")[0] for address in planned)
    assert found == {
        "vault_mount": len(said.engines),
        "vault_transit_secret_backend_key": len(said.keys),
        "vault_policy": len(said.policies),
        "vault_auth_backend": len(
            {*(one.mount for one in said.approles), *(one.mount for one in said.accounts)}
        ),
        "vault_approle_auth_backend_role": len(said.approles),
        "vault_kubernetes_auth_backend_role": len(said.accounts),
        "vault_pki_secret_backend_role": len(said.issuers),
    }


@needs_terraform
def test_no_key_can_be_exported_backed_up_in_plain_or_deleted(
    planned: dict[str, dict[str, Any]],
) -> None:
    keys = of(planned, "vault_transit_secret_backend_key")
    for one in keys:
        for name in ("exportable", "allow_plaintext_backup", "deletion_allowed"):
            assert one[name] is False
    assert {one["name"]: one["auto_rotate_period"] for one in keys} == {
        "etcd": 90 * 86400,
        "evidence": 0,
        "bucket-genomes": 90 * 86400,
        "bucket-checkpoints": 90 * 86400,
    }


@needs_terraform
def test_policies_are_the_reviewed_files(planned: dict[str, dict[str, Any]]) -> None:
    rendered = texts(files, typed())
    for one in of(planned, "vault_policy"):
        assert one["policy"] == rendered[f"keys/policies/{one['name']}.hcl"]


@needs_terraform
def test_a_login_has_its_own_policies_and_only_operators_the_default_one(
    planned: dict[str, dict[str, Any]],
) -> None:
    roles = of(planned, "vault_approle_auth_backend_role")
    accounts = of(planned, "vault_kubernetes_auth_backend_role")
    assert all(one["token_no_default_policy"] is True for one in roles)
    # External Secrets and cert-manager look up, and revoke, their own tokens.
    assert not any(one["token_no_default_policy"] for one in accounts)
    (kms,) = (one for one in roles if one["role_name"] == "kms")
    assert kms["token_policies"] == ["tce-hospital-kms"]
    assert kms["secret_id_bound_cidrs"] == [f"10.90.12.{n}/32" for n in (11, 12, 13)]
    (dex,) = (one for one in accounts if one["role_name"] == "dex-pki")
    assert dex["audience"] == "vault://dex/bao-pki"


@needs_terraform
def test_an_issuer_signs_the_names_of_its_namespace_only(
    planned: dict[str, dict[str, Any]],
) -> None:
    for one in of(planned, "vault_pki_secret_backend_role"):
        assert one["allowed_domains"]
        assert not [name for name, value in one.items() if name.startswith("allow_any") and value]
        assert one["allow_subdomains"] is one["allow_glob_domains"] is one["allow_ip_sans"] is False


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_secret_id_and_no_other_secret_is_a_resource(example: str) -> None:
    for path, text in texts(tofu.files, typed(example=example)).items():
        found = pygohcl.loads(text, keep_interpolations=True)
        kinds = set(found.get("resource", {})) | set(found.get("data", {}))
        assert not [kind for kind in kinds if "secret_id" in kind or kind.endswith("_login")], path
        assert not kinds & {"vault_kv_secret_v2", "vault_generic_secret", "vault_token"}


def test_state_and_plan_are_never_written_in_clear_nor_under_the_openbao_that_is_built() -> None:
    text = texts(tofu.files, typed())[OPENTOFU]
    (said,) = as_list(pygohcl.loads(text, keep_interpolations=True)["terraform"])
    (encryption,) = as_list(said["encryption"])
    assert set(encryption["key_provider"]) == {"pbkdf2"}
    for what in ("state", "plan"):
        (one,) = as_list(encryption[what])
        assert one["enforced"] is True
        assert one["method"] == "method.aes_gcm.officers"
        assert "fallback" not in one


def as_list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def test_the_module_is_one_text_for_all_environments() -> None:
    assert texts(tofu.files, typed()) == texts(tofu.files, typed(example=ALPS))
