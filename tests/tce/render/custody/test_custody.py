"""What OpenBao is brought to: one value, and everything in the repository that refers to it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from tce.custody.custody import (
    FILE,
    AppRole,
    Custody,
    Identity,
    Issuer,
    ServiceAccount,
    TransitKey,
    Volume,
)
from tce.render import documents
from tce.render.custody import custody
from tests.tce.intent.specifications import ALPS, GONE, HOSPITAL, data, typed
from tests.tce.render.cluster.rendered import texts

EXAMPLES = [HOSPITAL, ALPS]


def read(example: str) -> Custody:
    text = texts(custody.files, typed(example=example))[FILE]
    return Custody.model_validate(yaml.safe_load(text))


def logins(said: Custody) -> list[AppRole | ServiceAccount]:
    return [*said.approles, *said.accounts]


def named(said: Custody) -> list[TransitKey | Issuer]:
    return [*said.keys, *said.issuers]


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_is_read_from_the_file_is_what_was_meant(example: str) -> None:
    assert read(example) == custody.custody(typed(example=example))


@pytest.mark.parametrize("example", EXAMPLES)
def test_everything_that_is_referred_to_is_there(example: str) -> None:
    said = read(example)
    engines = {one.path: one.type for one in said.engines}
    keys = {f"{one.engine}/keys/{one.name}": one.type for one in said.keys}
    assert {engines[one.engine] for one in said.keys} == {"transit"}
    assert {engines[one.engine] for one in said.issuers} == {"pki"}
    stored: list[Identity | Volume] = [*said.identities, *said.volumes]
    assert {engines[one.engine] for one in stored} | {engines[said.headers]} == {"kv"}
    assert keys[said.evidence] == "ed25519"
    assert {keys[one.key] for one in said.identities} <= {"aes256-gcm96"}
    assert {policy for one in logins(said) for policy in one.policies} == set(said.policies)


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_login_and_no_key_is_there_twice(example: str) -> None:
    said = read(example)
    counted = Counter([(one.mount, one.name) for one in logins(said)])
    counted.update((one.engine, one.name) for one in named(said))
    assert set(counted.values()) == {1}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_policy_is_a_file_and_each_file_is_a_policy(example: str) -> None:
    files = {one.path for one in documents(typed(example=example))}
    said = {f"keys/policies/{name}.hcl" for name in read(example).policies}
    assert said == {one for one in files if one.startswith("keys/policies/")}


def references(spec: Any) -> set[str]:
    """Engines that anything outside of `keys/` names, as rendered text."""
    found = set()
    for one in documents(spec):
        if one.path.startswith(("keys/", "iac/", "spec")) or not one.path.endswith(
            (".yaml", ".service")
        ):
            continue
        text = one.content.decode()
        mounts = spec.keys.bao.mounts
        words = text.replace('"', " ").replace("=", " ").replace("/", " ").split()
        found |= {word for word in words if word.startswith(f"{mounts}-")}
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_stores_drivers_issuers_and_plugins_name_what_is_there(example: str) -> None:
    said = read(example)
    known = {one.path for one in said.engines} | {one.mount for one in said.approles}
    known |= {one.name for one in said.issuers}
    found = references(typed(example=example))
    assert found - known == set()
    assert found & known


def test_no_login_is_anothers_whatever_namespaces_are_called() -> None:
    names = [f"opener-{end}" for end in ("apps", "csi", "pki")] + ["opener", "kms", "sender"]
    spaces = [data()["sandboxes"][0] | {"name": name, "workloads": []} for name in names]
    said = custody.custody(typed({"sandboxes": spaces}))
    counted = Counter(policy for one in logins(said) for policy in one.policies)
    assert counted.most_common(1)[0][1] == 1
    assert len(said.policies) == len(set(said.policies)) == len(logins(said))


def test_keys_of_two_environments_on_one_openbao_have_nothing_in_common() -> None:
    other = data()["keys"]["bao"] | {"mounts": "tce-other", "auth": "tce-other"}
    one, two = custody.custody(typed()), custody.custody(typed({"keys/bao": other}))

    def names(said: Custody) -> set[str]:
        return {
            *(one.path for one in said.engines if one.type != "pki"),
            *(f"{one.engine}/{one.name}" for one in named(said)),
            *(f"{one.mount}/{one.name}" for one in logins(said)),
            *said.policies,
        }

    assert names(one) & names(two) == set()


def test_without_buckets_nothing_is_sealed_and_everything_else_is_there() -> None:
    said = custody.custody(typed({"keys/buckets": GONE}))
    assert said.identities == []
    assert {one.name for one in said.keys} == {"etcd", "evidence"}


def test_the_key_that_git_holds_the_public_half_of_never_turns_by_itself() -> None:
    periods = {one.name: one.rotate_hours for one in read(HOSPITAL).keys}
    assert periods.pop("evidence") == 0
    assert set(periods.values()) == {90 * 24}


def test_tokens_of_what_destroys_live_for_minutes() -> None:
    seconds = {one.name: one.ttl_seconds for one in read(HOSPITAL).approles}
    assert seconds["destroyer"] <= 600 < seconds["officer"]
