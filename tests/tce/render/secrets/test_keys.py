from __future__ import annotations

import re

import pytest

from tce.render import documents
from tce.render.secrets import keys
from tests.golden import Golden
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import texts


def test_the_example_renders_to_its_golden_file(golden: Golden) -> None:
    golden.check("README.md", texts(keys.files, typed())["keys/README.md"])


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_every_public_key_that_is_needed_is_named_with_where_it_comes_from(example: str) -> None:
    spec = typed(example=example)
    text = keys.readme(spec)
    for one in spec.keys.tang:
        assert f"`{keys.advertisement(one.url)}`" in text
        assert one.thumbprint in text
    for fingerprint in spec.keys.signers:
        assert f"`{keys.signer(fingerprint)}`" in text


def test_the_authority_of_the_specification_is_a_file_and_there_is_none_without_one() -> None:
    spec = typed()
    assert texts(keys.files, spec)[keys.CA] == spec.keys.bao.ca
    assert keys.CA not in texts(keys.files, typed(example=ALPS))


def test_every_policy_of_openbao_stands_in_the_register_with_who_logs_in_by_it() -> None:
    spec = typed()
    policies = {
        one.path.rpartition("/")[2].removesuffix(".hcl")
        for one in documents(spec)
        if one.path.startswith("keys/policies/")
    }
    rows = set(re.findall(r"^\| `auth/\S+` \|.*\| `([\w-]+)` \|$", keys.readme(spec), re.M))
    assert rows == policies


def test_the_plugins_login_counts_from_servers_only() -> None:
    (row,) = re.findall(
        r"^\| `auth/tce-hospital-kms/role/kms` \|(.*?)\|", keys.readme(typed()), re.M
    )
    assert row.strip() == "AppRole, from 10.90.12.11/32, 10.90.12.12/32, 10.90.12.13/32"


def test_a_bar_in_somebodys_name_does_not_end_a_cell() -> None:
    text = keys.readme(typed({"keys/officers/0/person": "Anna | Muster"}))
    assert "| `anna` | Anna \\| Muster |" in text


def test_how_the_root_is_kept_is_said() -> None:
    assert "in 3 shares" in keys.readme(typed())
    module = keys.readme(typed(example=ALPS))
    assert "wrapped by key `tce-root` of token `genomics`" in module


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_nothing_that_is_rendered_looks_like_a_private_key(example: str) -> None:
    private = re.compile(
        rb"BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY|PrivateKey *=|hvs\.|s\.[A-Za-z0-9]{24}\b"
    )
    found = [one.path for one in documents(typed(example=example)) if private.search(one.content)]
    assert found == []
