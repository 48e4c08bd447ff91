"""Backups of header stores, restored."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.signing.errors import UnverifiedError
from tce.age.errors import NoIdentityError
from tce.seal.backup import TELL, Backed, backup, restore
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.errors import DamagedError, DestroyedError
from tce.seal.headers.folder import create
from tce.seal.headers.store import HeaderStore
from tests.labs.openbao import OpenBao
from tests.tce.seal.headers.objects import Institution
from tests.tce.seal.headers.stores import maker, record

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = ["a", "b", "c"]


@pytest.fixture(params=["folder", "openbao"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> HeaderStore:
    return maker(request, tmp_path)()


def _backup(store: HeaderStore, file: Path, hospital: Institution) -> Backed:
    return backup(
        store, file, [hospital.escrow.recipient], hospital.signer, NOW, secrets.token_bytes
    )


def test_a_lost_store_comes_back_and_the_escrow_opens(store: HeaderStore, tmp_path: Path) -> None:
    hospital = Institution()
    hospital.fill(store, NAMES)
    made = _backup(store, tmp_path / "b", hospital)
    assert made.entries == 3
    assert TELL in str(made)
    other = create(tmp_path / "new")
    done = restore(tmp_path / "b", other, [hospital.escrow], [hospital.signer.public_key])
    assert (done.records, done.destroyed, done.refused) == (3, 0, ())
    assert other.names() == NAMES
    for name in NAMES:
        assert other.current(name) == store.current(name)
        assert hospital.opened(other.current(name), hospital.escrow) == b"ACGT"


def test_goes_from_a_folder_to_openbao_and_back(bao: OpenBao, tmp_path: Path) -> None:
    hospital, here, there = Institution(), create(tmp_path / "h"), BaoStore(bao.root, bao.kv())
    hospital.fill(here, NAMES)
    _backup(here, tmp_path / "b", hospital)
    restore(tmp_path / "b", there, [hospital.escrow], [])
    _backup(there, tmp_path / "c", hospital)
    again = create(tmp_path / "again")
    restore(tmp_path / "c", again, [hospital.escrow], [])
    assert list(again.entries()) == list(here.entries())


def test_nothing_goes_back_to_an_older_version(store: HeaderStore, tmp_path: Path) -> None:
    hospital = Institution()
    store.put(record("a"), None)
    store.put(record("b"), None)
    _backup(store, tmp_path / "b", hospital)
    store.put(record("a", 2), 1)
    store.destroy(["b"], NOW, "0" * 64)
    done = restore(tmp_path / "b", store, [hospital.escrow], [hospital.signer.public_key])
    assert done.records == 0
    assert [one.name for one in done.refused] == ["a", "b"]
    assert store.current("a") == record("a", 2)
    with pytest.raises(DestroyedError):
        store.current("b")
    assert "not taken: b: version 1 was shredded at 2026-05-04" in str(done)


def test_says_what_a_backup_cannot_know(tmp_path: Path) -> None:
    hospital, store = Institution(), create(tmp_path / "h")
    _backup(store, tmp_path / "b", hospital)
    done = restore(tmp_path / "b", create(tmp_path / "n"), [hospital.escrow], [])
    assert "sealed, rotated or shredded after 2026-05-04T12:00:00+00:00 is not in it" in str(done)
    assert "nobody who is known signed" in str(done)
    assert done.as_json()["proved"] is False


def test_one_of_a_stranger_is_not_restored(tmp_path: Path) -> None:
    hospital, store = Institution(), create(tmp_path / "h")
    hospital.fill(store, NAMES)
    _backup(store, tmp_path / "b", hospital)
    empty = create(tmp_path / "n")
    with pytest.raises(UnverifiedError):
        restore(tmp_path / "b", empty, [hospital.escrow], [Institution().signer.public_key])
    with pytest.raises(NoIdentityError):
        restore(tmp_path / "b", empty, [hospital.bucket], [hospital.signer.public_key])
    assert empty.names() == []


def test_a_store_with_a_damaged_entry_is_not_backed_up_without_it(tmp_path: Path) -> None:
    hospital, store = Institution(), create(tmp_path / "h")
    hospital.fill(store, NAMES)
    one = next((tmp_path / "h" / "objects").iterdir())
    one.write_bytes(b"{}")
    with pytest.raises(DamagedError):
        _backup(store, tmp_path / "b", hospital)
    assert not (tmp_path / "b").exists()


def test_says_so_where_nobody_signs(tmp_path: Path) -> None:
    hospital, store = Institution(), create(tmp_path / "h")
    made = backup(
        store, tmp_path / "b", [hospital.escrow.recipient], None, NOW, secrets.token_bytes
    )
    assert "nobody signed it" in str(made)
    assert made.as_json()["signed"] is False
