from __future__ import annotations

import re

import pytest

from tce.render.custody import policies
from tce.render.pki import issuers
from tce.render.secrets import stores
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import documents, texts

TITLES = {HOSPITAL: "hospital", ALPS: "genomics"}
Allowed = dict[str, tuple[str, ...]]


def read(text: str) -> Allowed:
    """A policy of OpenBao: path -> what may be done there."""
    found = re.findall(r'^path "([^"]+)" {\n  capabilities = \[([^]]+)]\n}$', text, re.M)
    assert len(found) == text.count("path ") == text.count("capabilities")
    return {path: tuple(re.findall(r'"(\w+)"', said)) for path, said in found}


def allowed(example: str) -> dict[str, Allowed]:
    return {
        path.removeprefix(f"keys/policies/tce-{TITLES[example]}-").removesuffix(".hcl"): read(text)
        for path, text in texts(policies.files, typed(example=example)).items()
    }


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_every_login_of_the_repository_has_a_policy_and_no_policy_is_without_a_login(
    example: str,
) -> None:
    spec = typed(example=example)
    roles = {
        one["spec"]["provider"]["vault"]["auth"]["kubernetes"]["role"]
        for one in documents(stores.files, spec)
        if one["kind"] == "SecretStore"
    }
    roles |= {
        one["spec"]["vault"]["auth"]["kubernetes"]["role"]
        for one in documents(issuers.files, spec)
        if one["kind"] == "Issuer"
    }
    staff = {"sender", "auditor", "officer", "destroyer"}
    staff |= {f"opener-{one.name}" for one in spec.keys.buckets}
    assert set(allowed(example)) == {*roles, "kms", *staff}


def test_the_key_of_etcd_is_used_and_never_read_out() -> None:
    said = allowed(HOSPITAL)["kms"]
    assert said["tce-hospital-transit/encrypt/etcd"] == ("update",)
    assert not [path for path in said if "export" in path or "backup" in path or "*" in path]


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_a_namespace_reads_its_own_and_can_write_nothing(example: str) -> None:
    spec = typed(example=example)
    spaces = [one.name for one in spec.sandboxes]
    for name, said in allowed(example).items():
        for path, rights in said.items():
            if "/data/" in path and "-apps/" in path:
                assert rights == ("read",)
                own = name.rpartition("-")[0]
                others = [one for one in spaces if one != own]
                assert not [one for one in others if f"/data/{one}/" in path]


def test_everything_that_is_fetched_may_be_read_by_whoever_fetches_it() -> None:
    spec = typed()
    known = documents(stores.files, spec)
    engine = {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one["spec"]["provider"]["vault"]
        for one in known
        if one["kind"] == "SecretStore"
    }
    said = allowed(HOSPITAL)
    for one in known:
        if one["kind"] != "ExternalSecret":
            continue
        store = engine[one["metadata"]["namespace"], one["spec"]["secretStoreRef"]["name"]]
        rights = said[store["auth"]["kubernetes"]["role"]]
        for item in one["spec"]["data"]:
            path = f"{store['path']}/data/{item['remoteRef']['key']}"
            fits = [
                one
                for one in rights
                if one == path or (one.endswith("*") and path.startswith(one[:-1]))
            ]
            assert fits, path


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_no_login_but_the_destroyers_can_destroy_and_it_can_read_no_secret(example: str) -> None:
    said = allowed(example)
    destroyer = said.pop("destroyer")
    for name, paths in said.items():
        for path, rights in paths.items():
            # An attempt at a root token is worth nothing without the root, and may be given up.
            own = "/metadata/ids/" in path or path == "sys/generate-root-token/attempt"
            if name != "csi" and not own:
                assert "delete" not in rights, (name, path)
            assert name == "csi" or "/destroy/" not in path
            assert "/config" not in path
    assert not [path for path in destroyer if "/decrypt/" in path or "/export" in path]
    assert [path for path, rights in destroyer.items() if "delete" in rights]


def test_who_opens_one_bucket_opens_no_other() -> None:
    said = allowed(HOSPITAL)["opener-genomes"]
    assert said["tce-hospital-transit/decrypt/bucket-genomes"] == ("update",)
    assert not [path for path in said if "checkpoints" in path or path.endswith("identities/*")]


def test_who_seals_opens_nothing() -> None:
    assert not [
        path for path in allowed(HOSPITAL)["sender"] if "transit" in path or "wrapped" in path
    ]


def test_an_order_that_was_used_stays_used() -> None:
    for paths in allowed(HOSPITAL).values():
        for path, rights in paths.items():
            if path.startswith("tce-hospital-headers/") and "/orders/" in path:
                assert set(rights) <= {"create", "read"}
            assert not path.startswith(("tce-hospital-headers/data/*", "tce-hospital-headers/*"))


def test_nobody_hands_out_an_officers_or_the_destroyers_login() -> None:
    for paths in allowed(HOSPITAL).values():
        assert not [one for one in paths if "role/officer" in one or "role/destroyer" in one]


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_a_policy_is_read_the_same_by_another_reader(example: str) -> None:
    pygohcl = pytest.importorskip("pygohcl")
    for path, text in texts(policies.files, typed(example=example)).items():
        found = pygohcl.loads(text)["path"]
        assert {one: tuple(body["capabilities"]) for one, body in found.items()} == read(text), path
