"""Revocation: bodies sealed anew."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from governance.sealed.manifest import Manifest
from tce.age.errors import AgeError, NoIdentityError
from tce.keys.bao.errors import SlowError
from tce.seal.errors import PlaceError, SealError
from tce.seal.folder import Folder
from tce.seal.headers import checked
from tce.seal.headers.errors import ConflictError
from tce.seal.headers.folder import FolderStore, create
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.recipients import Recipients
from tce.seal.revoke import LEFT, Revocation, Revoked
from tests.tce.seal.headers.objects import Institution, identity, to
from tests.tce.seal.headers.stores import maker

NAMES = ["a", "b", "c"]
NOW = "2026-06-01T12:00:00Z"
GONE = identity()
"""Of whoever is to open nothing any more: the bucket's identity until now."""


class Case:
    """A hospital whose bodies lie in a folder."""

    def __init__(self, store: HeaderStore, bodies: Path) -> None:
        self.hospital = Institution(bucket=GONE)
        self.store, self.folder = store, bodies
        self.new = identity()
        bodies.mkdir()
        self.before = [self.add(name) for name in NAMES]

    def add(self, name: str) -> Record:
        record = self.hospital.sealed(name, name.encode() * 3, str(self.folder))
        self.store.put(record, None)
        (self.folder / record.id).write_bytes(self.hospital.bodies[record.id])
        return record

    @property
    def stay(self) -> Recipients:
        return to(self.new, self.hospital.escrow, epoch=2)

    def revocation(self, since: str | None = None) -> Revocation:
        return Revocation(
            self.store,
            [GONE, self.new],
            self.stay,
            self.hospital.author,
            lambda _: Folder(self.folder),
            secrets.token_bytes,
            NOW,
            since,
        )

    def revoke(self, names: Sequence[str] | None = None, since: str | None = None) -> Revoked:
        return self.revocation(since).all(names, lambda _: None)

    def said(self, name: str) -> Manifest:
        return checked.manifest(self.store.current(name), self.hospital.senders)

    def opened(self, record: Record, who: object) -> bytes:
        sealed = (self.folder / record.id).read_bytes()
        assert not isinstance(who, str)
        return self.hospital.opened(record, who, sealed=sealed)  # type: ignore[arg-type]

    @property
    def bodies(self) -> set[str]:
        return {one.name for one in self.folder.iterdir()}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(create(tmp_path / "headers"), tmp_path / "bodies")


@pytest.fixture(params=["folder", "openbao"])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(maker(request, tmp_path)(), tmp_path / "bodies")


def test_those_who_stay_open_and_the_old_header_opens_nothing(each: Case) -> None:
    done = each.revoke()
    assert (done.sealed, done.size, done.refused, done.remaining) == (3, 9, (), ())
    for old in each.before:
        record = each.store.current(old.name)
        assert record.id != old.id
        assert each.opened(record, each.new) == old.name.encode() * 3
        with pytest.raises(NoIdentityError):
            each.opened(record, GONE)
        # Whoever kept the old header has no body for it: neither the old, which is removed ..
        assert old.id not in each.bodies
        # .. nor the new, which is under another key.
        with pytest.raises(AgeError):
            each.opened(replace(old, id=record.id), GONE)
    said = each.said("a")
    assert (said.version, said.epoch, said.sealed) == (2, 2, NOW)
    assert said.place == str(each.folder / said.id)
    assert LEFT in str(done)


def test_only_those_that_are_named(case: Case) -> None:
    done = case.revoke(["b"])
    assert done.sealed == 1
    assert case.store.current("a") == case.before[0]
    assert case.before[1].id not in case.bodies


def test_a_run_that_was_cut_off_goes_on_with_since(case: Case) -> None:
    case.revoke(["a"])
    first = case.store.current("a")
    done = case.revoke(since=NOW)
    assert (done.sealed, done.already) == (2, 1)
    assert case.store.current("a") == first


def test_a_header_that_was_only_rotated_is_not_taken_for_sealed_anew(case: Case) -> None:
    case.revoke(["a"], since=NOW)
    assert case.revoke(since="2026-06-02T00:00:00Z").sealed == 3


def test_what_fails_stays_and_the_others_go_on(case: Case) -> None:
    body = case.folder / case.before[1].id
    body.write_bytes(body.read_bytes()[:-1] + b"x")
    (case.folder / case.before[2].id).unlink()
    done = case.revoke()
    assert done.sealed == 1
    assert [one.name for one in done.refused] == ["b", "c"]
    assert done.exit_code == 4
    assert case.store.current("b") == case.before[1]
    assert f"--since {NOW}" in str(done)
    assert len(case.bodies) == 2


def test_a_body_that_no_record_names_is_told_and_left(case: Case) -> None:
    stray = "z" * 26
    (case.folder / stray).write_bytes(b"of a run that was cut off")
    (case.folder / "readme.txt").write_bytes(b"not a body")
    done = case.revoke()
    assert done.strays == (str(case.folder / stray),)
    assert stray in case.bodies
    assert f"named by no record of {case.store.where}: {case.folder / stray}" in str(done)


def test_a_body_that_cannot_be_removed_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Folder, name: str) -> None:
        raise PlaceError(f"{name}: permission denied")

    monkeypatch.setattr(Folder, "remove", denied)
    done = case.revoke(["a"])
    assert done.exit_code == 4
    assert [one.name for one in done.remaining] == [str(case.folder / case.before[0].id)]
    assert done.strays == ()
    assert "not removed" in str(done)


def test_a_record_that_somebody_else_put_meanwhile_is_theirs(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(*_: object) -> None:
        raise ConflictError("somebody else put another version")

    before = case.bodies
    monkeypatch.setattr(FolderStore, "put", conflict)
    done = case.revoke(["a"])
    assert done.sealed == 0
    # The new body is of no use, and is removed; the old one is untouched.
    assert case.bodies == before


def test_an_answer_that_is_lost_after_the_record_was_put_loses_no_body(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FolderStore.put

    def lost(store: FolderStore, record: Record, after: int | None) -> None:
        put(store, record, after)
        raise SlowError("OpenBao does not answer in time")

    monkeypatch.setattr(FolderStore, "put", lost)
    done = case.revoke(["a"])
    assert [one.name for one in done.refused] == ["a"]
    assert case.opened(case.store.current("a"), case.new) == b"aaa"


def test_whoever_would_not_be_believed_afterwards_changes_nothing(case: Case) -> None:
    revocation = replace(
        case.revocation(), author=replace(case.hospital.author, signer=Institution().signer)
    )
    before = case.bodies
    with pytest.raises(SealError, match="nobody would open"):
        revocation.all(None, lambda _: None)
    assert case.bodies == before


def test_says_what_no_revocation_takes_back(case: Case) -> None:
    done = case.revoke()
    assert done.as_json()["left"] == LEFT
    many = replace(done, strays=tuple(f"s{number}" for number in range(25)))
    assert "and 5 more that no record names" in str(many)
