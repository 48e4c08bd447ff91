"""The rendered policies, asked of OpenBao itself: what each login may, and what it may not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from blueprints.secret import Secret
from tce.keys.bao import kv, transit
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, DeniedError, MissingError
from tce.render.custody.policies import policies
from tests.labs.openbao import OpenBao
from tests.tce.keys.hospital import Hospital
from tests.tce.render.storage.test_ceph import with_ceph

HEADER = {"entry": "a header, made up"}


def denied(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except DeniedError:
        return True
    return False


def test_who_seals_adds_headers_and_destroys_none(hospital: Hospital) -> None:
    sender, headers = hospital.as_("sender"), f"{hospital.mounts}-headers"
    path = f"objects/{hospital.bao.unique('o')}"
    kv.put(sender, headers, path, HEADER, after=0)
    kv.put(sender, headers, path, HEADER, after=1)
    assert kv.get(sender, headers, path).version == 2
    assert denied(lambda: kv.destroy(sender, headers, path, [1]))
    assert denied(lambda: sender.delete(f"{headers}/metadata/{path}"))
    assert denied(lambda: sender.delete(f"{headers}/data/{path}"))
    assert denied(lambda: kv.get(sender, hospital.wrapped, "identities/genomes"))
    assert denied(lambda: kv.put(sender, headers, "orders/x", HEADER, after=0))


def test_an_officer_turns_keys_and_destroys_nothing(hospital: Hospital) -> None:
    officer, engine = hospital.as_("officer"), hospital.transit
    before = officer.read(f"{engine}/keys/bucket-genomes")["data"]["latest_version"]
    officer.write(f"{engine}/keys/bucket-genomes/rotate")
    after = officer.read(f"{engine}/keys/bucket-genomes")["data"]["latest_version"]
    assert after == before + 1
    assert denied(lambda: officer.delete(f"{engine}/keys/bucket-genomes"))
    for what in ("config", "trim"):
        data = {"deletion_allowed": True, "min_available_version": 1}
        assert denied(
            lambda what=what, data=data: officer.write(  # type: ignore[misc]
                f"{engine}/keys/bucket-genomes/{what}", data
            )
        )
    assert denied(lambda: officer.read(f"{engine}/export/encryption-key/bucket-genomes"))
    assert denied(lambda: officer.read(f"{engine}/backup/bucket-genomes"))
    assert denied(lambda: officer.delete(f"{hospital.wrapped}/metadata/identities/genomes"))


def test_a_key_is_not_exported_even_to_root(hospital: Hospital) -> None:
    for what in ("export/encryption-key/bucket-genomes", "backup/bucket-genomes"):
        with pytest.raises(BaoError):
            hospital.bao.root.read(f"{hospital.transit}/{what}")


def test_an_officer_makes_a_volumes_passphrase_and_cannot_read_it_back(hospital: Hospital) -> None:
    officer, volumes = hospital.as_("officer"), f"{hospital.mounts}-csi"
    path = f"genomics/{hospital.bao.unique('v')}"
    kv.put(officer, volumes, path, {"passphrase": "made up"}, after=0)
    assert denied(lambda: kv.get(officer, volumes, path))
    assert denied(lambda: kv.put(officer, volumes, path, {"passphrase": "other"}, after=1))


def test_the_destroyer_destroys_and_reads_no_secret(hospital: Hospital) -> None:
    destroyer, root = hospital.as_("destroyer"), hospital.bao.root
    volumes, headers = f"{hospital.mounts}-csi", f"{hospital.mounts}-headers"
    path = f"genomics/{hospital.bao.unique('v')}"
    kv.put(root, volumes, path, {"passphrase": "made up"}, after=0)
    assert denied(lambda: kv.get(destroyer, volumes, path))
    destroyer.delete(f"{volumes}/metadata/{path}")
    with pytest.raises(MissingError):
        kv.get(root, volumes, path)
    assert denied(lambda: kv.get(destroyer, hospital.wrapped, "identities/genomes"))
    name = hospital.bao.unique("order")
    kv.put(destroyer, headers, f"orders/{name}", HEADER, after=0)
    # Used once, and nobody makes it unused again.
    assert denied(lambda: kv.put(destroyer, headers, f"orders/{name}", HEADER, after=1))
    assert denied(lambda: destroyer.delete(f"{headers}/metadata/orders/{name}"))
    for role in ("officer", "sender"):
        one = hospital.as_(role)
        assert denied(lambda one=one: one.delete(f"{headers}/metadata/orders/{name}"))  # type: ignore[misc]


def test_the_plugin_of_etcd_uses_its_key_and_no_other(hospital: Hospital) -> None:
    # By AppRole from the servers' addresses only: here with the same policy, from elsewhere.
    token = hospital.bao.root.write(
        "auth/token/create",
        {"policies": [f"{hospital.mounts}-kms"], "no_default_policy": True, "ttl": "10m"},
    )["auth"]["client_token"]
    plugin = hospital.bao.connect(Secret(token.encode()))
    seed = Secret(b"seed of KMSv2, made up")
    ciphertext = transit.encrypt(plugin, hospital.transit, "etcd", seed)
    assert transit.decrypt(plugin, hospital.transit, "etcd", ciphertext).reveal() == seed.reveal()
    assert denied(lambda: transit.encrypt(plugin, hospital.transit, "bucket-genomes", seed))
    assert denied(lambda: kv.get(plugin, f"{hospital.mounts}-csi", "genomics/notebook-data"))


def test_every_login_knows_of_itself_and_of_no_other_token(hospital: Hospital) -> None:
    for role in ("sender", "opener-genomes", "auditor", "officer", "destroyer"):
        one = hospital.as_(role)
        assert one.read("auth/token/lookup-self")["data"]["policies"] == [
            f"{hospital.mounts}-{role}"
        ]
        for path in ("sys/auth", "sys/mounts", "sys/policies/acl/root", "sys/raw/core/keyring"):
            assert denied(lambda one=one, path=path: one.read(path))  # type: ignore[misc]


@pytest.fixture
def driver(bao: OpenBao) -> tuple[Bao, str]:
    """Ceph's driver as the rendered policy lets it, and its engine."""
    (said,) = (one for one in policies(with_ceph("hospital")) if one.name == "tce-hospital-csi")
    engine = bao.kv()
    rules = {
        rule.path.replace("tce-hospital-csi", engine): rule.capabilities for rule in said.rules
    }
    return bao.connect(bao.login(rules)), engine


def test_cephs_driver_makes_reads_and_destroys_a_passphrase_as_vaultdestroykeys_does(
    driver: tuple[Bao, str], bao: OpenBao
) -> None:
    one, engine = driver
    path = "csi-vol-0001-0009-ceph-0000000000000001-made-up"
    kv.put(
        one,
        engine,
        path,
        {"passphrase": base64.b64encode(b"20 bytes, made up..").decode()},
        after=None,
    )
    assert kv.get(one, engine, path).version == 1
    kv.destroy(one, engine, path, [1])
    one.delete(f"{engine}/metadata/{path}")
    with pytest.raises(MissingError):
        kv.get(bao.root, engine, path)
    assert denied(lambda: one.read("sys/mounts"))
