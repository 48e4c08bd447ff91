"""Rotation of headers."""

import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.age.errors import NoIdentityError
from tce.seal.errors import SealError
from tce.seal.headers import checked
from tce.seal.headers.folder import create
from tce.seal.headers.store import HeaderStore
from tce.seal.rotate import NOT_REVOKED, Author, Rotated, rotate
from tests.tce.seal.headers.objects import Institution, identity, to
from tests.tce.seal.headers.stores import maker

NAMES = ["a", "b", "c"]


@pytest.fixture(params=["folder", "openbao"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> HeaderStore:
    return maker(request, tmp_path)()


def test_the_new_recipients_open_and_the_old_do_not(store: HeaderStore) -> None:
    hospital, new = Institution(), identity()
    hospital.fill(store, NAMES)
    done = rotate(
        store,
        None,
        [hospital.bucket],
        to(new, hospital.escrow, epoch=2),
        hospital.author,
        secrets.token_bytes,
    )
    assert (done.rotated, done.already, done.refused) == (3, 0, ())
    for name in NAMES:
        record = store.current(name)
        assert hospital.opened(record, new) == b"ACGT"
        assert hospital.opened(record, hospital.escrow) == b"ACGT"
        with pytest.raises(NoIdentityError):
            hospital.opened(record, hospital.bucket)
        said = checked.manifest(record, hospital.senders)
        assert (said.version, said.epoch) == (2, 2)
        assert said.recipients == to(new, hospital.escrow).texts


def test_says_that_it_revokes_nobody_and_the_old_header_still_opens(tmp_path: Path) -> None:
    store, hospital, new = create(tmp_path / "h"), Institution(), identity()
    kept = hospital.fill(store, ["a"])[0]
    done = rotate(store, None, [hospital.bucket], to(new), hospital.author, secrets.token_bytes)
    # Whoever kept the older header opens the very same body: what the output warns of is so.
    assert hospital.opened(kept, hospital.bucket) == b"ACGT"
    assert NOT_REVOKED in str(done)
    assert "no body moved" in str(done)


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    store, hospital, new = create(tmp_path / "h"), Institution(), identity()
    hospital.fill(store, NAMES)
    wanted = to(new, epoch=2)
    first = rotate(store, ["a"], [hospital.bucket], wanted, hospital.author, secrets.token_bytes)
    rest = rotate(store, None, [hospital.bucket], wanted, hospital.author, secrets.token_bytes)
    assert (first.rotated, rest.rotated, rest.already) == (1, 2, 1)


def test_what_cannot_be_opened_stays_and_the_others_go_on(tmp_path: Path) -> None:
    store, hospital, stranger = create(tmp_path / "h"), Institution(), Institution()
    hospital.fill(store, ["a", "c"])
    store.put(stranger.sealed("forged"), None)
    store.put(replace(hospital.sealed("swapped"), header=stranger.sealed("x").header), None)
    other = Institution(signer=hospital.signer)
    other.fill(store, ["sealed to others"])
    before = {one.name: one for one in store.entries()}
    done = rotate(
        store, None, [hospital.bucket], to(identity()), hospital.author, secrets.token_bytes
    )
    assert done.rotated == 2
    assert [one.name for one in done.refused] == ["forged", "sealed to others", "swapped"]
    assert done.exit_code == 4
    for one in done.refused:
        assert store.current(one.name) == before[one.name]
    assert "as before: forged: forged: signed by none" in str(done)


def test_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    store, hospital = create(tmp_path / "h"), Institution()
    hospital.fill(store, ["a"])
    done = rotate(
        store,
        ["a", "z"],
        [hospital.bucket],
        to(identity()),
        hospital.author,
        secrets.token_bytes,
    )
    assert done.rotated == 1
    assert "no header of z" in str(done.refused[0].error)


def test_whoever_would_not_be_believed_afterwards_signs_nothing(tmp_path: Path) -> None:
    store, hospital = create(tmp_path / "h"), Institution()
    record = hospital.fill(store, ["a"])[0]
    author = Author("someone", Institution().signer, hospital.senders)
    with pytest.raises(SealError, match="nobody would open"):
        rotate(store, None, [hospital.bucket], to(identity()), author, secrets.token_bytes)
    assert store.current("a") == record


def test_one_that_somebody_seals_anew_meanwhile_is_theirs(tmp_path: Path) -> None:
    store, hospital = create(tmp_path / "h"), Institution()
    first = hospital.fill(store, ["a"])[0]
    newer = replace(hospital.sealed("a"), version=2)

    def random(size: int) -> bytes:
        if store.latest("a") == 1:
            store.put(newer, first.version)
        return secrets.token_bytes(size)

    done = rotate(store, None, [hospital.bucket], to(identity()), hospital.author, random)
    assert done.rotated == 0
    assert "the store has version 2" in str(done.refused[0].error)
    assert store.current("a") == newer


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_after_any_rotations_exactly_the_last_recipients_open(order: list[int]) -> None:
    hospital, people = Institution(), [identity() for _ in range(4)]
    folder = tempfile.TemporaryDirectory()
    store = create(Path(folder.name))
    hospital.fill(store, ["a"])
    holder = hospital.bucket
    for epoch, number in enumerate(order, 2):
        wanted = to(people[number], epoch=epoch)
        rotate(store, None, [holder], wanted, hospital.author, secrets.token_bytes)
        holder = people[number]
    record = store.current("a")
    assert record.version == 1 + len(order)
    assert hospital.opened(record, holder) == b"ACGT"
    for one in {hospital.bucket, *people} - {holder}:
        with pytest.raises(NoIdentityError):
            hospital.opened(record, one)
    folder.cleanup()


def test_says_so_where_everything_was_done(tmp_path: Path) -> None:
    done = Rotated("bao://h", ("age1x",), 3, rotated=2, already=1)
    assert done.exit_code == 0
    assert "2 headers in bao://h wrapped for 1 recipients (epoch 3)" in str(done)
    assert "1 had these recipients already" in str(done)
