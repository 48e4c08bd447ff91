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


def test_every_role_of_openbao_stands_in_the_register() -> None:
    spec = typed()
    policies = {
        one.path.rpartition("/")[2].removesuffix(".hcl")
        for one in documents(spec)
        if one.path.startswith("keys/policies/")
    }
    rows = set(re.findall(r"^\| `([\w-]+)` \|", keys.readme(spec), re.M))
    assert rows == policies


def test_the_plugins_login_counts_from_servers_only() -> None:
    cidrs = re.findall(r"secret_id_bound_cidrs=(\S+)", keys.readme(typed()))
    assert cidrs == ["10.90.12.11/32,10.90.12.12/32,10.90.12.13/32"]


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_nothing_that_is_rendered_looks_like_a_private_key(example: str) -> None:
    private = re.compile(
        rb"BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY|PrivateKey *=|hvs\.|s\.[A-Za-z0-9]{24}\b"
    )
    found = [one.path for one in documents(typed(example=example)) if private.search(one.content)]
    assert found == []
