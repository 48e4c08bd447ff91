import os
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from tce.age.keys import X25519Identity
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.root import plan
from tce.keys.root.kept import Keeper, opened, snapshots
from tce.keys.root.shares import ShareError
from tests.tce.keys.office import NOW, Office

SECRET = Secret(b"k" * 32)


def _keeper(office: Office) -> Keeper:
    return Keeper(office.private / "root", "hospital", nobody, {})


def _protect(office: Office, secret: Secret = SECRET) -> None:
    how = plan.read(office.folder)
    _keeper(office).protect(secret, how, office.officers, NOW, os.urandom)


def _files(office: Office, names: tuple[str, ...], generation: int = 1) -> tuple[list[Path], ...]:
    folder = office.private / f"root/generation-{generation}"
    return [folder / f"share-{one}.age" for one in names], [office.identity(one) for one in names]


def test_three_officers_bring_the_root_back(office: Office) -> None:
    _protect(office)
    shares, identities = _files(office, ("timo", "anna", "omar"))
    assert _keeper(office).recover(shares, identities)[0][1].reveal() == SECRET.reveal()


def test_what_lies_there_says_who_keeps_it_and_nothing_secret(office: Office) -> None:
    _protect(office)
    (root,) = _keeper(office).generations()
    assert (root.generation, root.kind, root.threshold) == (1, "shamir", 3)
    assert root.officers == list(office.names)
    assert root.snapshots == str(snapshots(SECRET).recipient)
    for file in (office.private / "root/generation-1").iterdir():
        assert SECRET.reveal() not in file.read_bytes()
        assert SECRET.reveal().hex().encode() not in file.read_bytes()


def test_without_shares_it_says_whose_are_needed(office: Office) -> None:
    _protect(office)
    with pytest.raises(CustodyError, match="3 shares are needed, of anna, lena, omar, rosa, timo"):
        _keeper(office).recover([], [])


def test_a_share_without_its_identity_is_told(office: Office) -> None:
    _protect(office)
    shares, identities = _files(office, ("timo", "anna", "omar"))
    with pytest.raises(ShareError, match=r"share-omar\.age: none of 2 identities opens it"):
        _keeper(office).recover(shares, identities[:2])


def test_a_share_that_is_no_age_file_is_told(office: Office) -> None:
    _protect(office)
    shares, identities = _files(office, ("timo", "anna"))
    (office.private / "x").write_text("words")
    with pytest.raises(ShareError, match="x: not a share: no age file"):
        opened([*shares, office.private / "x"], identities, nobody)


def test_shares_of_another_environment_or_of_the_escrow_are_refused(office: Office) -> None:
    _protect(office)
    shares, identities = _files(office, ("timo", "anna", "omar"))
    other = Keeper(office.private / "other", "clinic", nobody, {})
    with pytest.raises(ShareError, match="share of timo is of hospital's root"):
        other.recover(shares, identities)
    with pytest.raises(CustodyError, match="the root of hospital"):
        Keeper(office.private / "root", "clinic", nobody, {}).generations()


def test_shares_of_two_generations_are_refused(office: Office) -> None:
    _protect(office)
    _protect(office, Secret(b"n" * 32))
    old, identities = _files(office, ("timo", "anna", "omar"))
    new, _ = _files(office, ("timo", "anna", "omar"), 2)
    with pytest.raises(ShareError, match="two secrets: generation 1 and 2"):
        _keeper(office).recover([old[0], old[1], new[2]], identities)
    assert [one.generation for one in _keeper(office).generations()] == [2, 1]


def test_too_few_officers_keep_no_root(office: Office) -> None:
    office.write(("anna", "lena", "omar"))
    with pytest.raises(CustodyError, match="5 shares need 5 officers"):
        _protect(office)
    assert _keeper(office).generations() == ()


def test_a_root_is_not_kept_in_a_repository(office: Office) -> None:
    (office.folder / "tutela.lock").touch()
    inside = Keeper(office.folder / "keys/root", "hospital", nobody, {})
    with pytest.raises(RefusedError, match="a root belongs into none"):
        inside.protect(SECRET, plan.read(office.folder), office.officers, NOW, os.urandom)


def test_what_a_killed_run_left_half_written_is_in_nobodys_way(office: Office) -> None:
    half = office.private / "root/.generation-1"
    half.mkdir(parents=True)
    (half / "share-anna.age").write_bytes(b"half")
    _protect(office)
    assert [one.generation for one in _keeper(office).generations()] == [1]
    assert not half.exists()


def test_what_is_retired_is_gone_and_officers_are_told(office: Office) -> None:
    _protect(office)
    _protect(office, Secret(b"n" * 32))
    (said,) = _keeper(office).retire(2)
    assert "anna, lena, omar, rosa, timo have to destroy theirs" in said
    assert [one.generation for one in _keeper(office).generations()] == [2]


def test_a_changed_file_is_told(office: Office) -> None:
    _protect(office)
    file = office.private / "root/generation-1/root.json"
    file.write_bytes(file.read_bytes().replace(b'"generation":1', b'"generation":7'))
    file.write_bytes(file.read_bytes().replace(b'"generation": 1', b'"generation": 7'))
    with pytest.raises(CustodyError, match="is of generation 7"):
        _keeper(office).generations()
    file.write_text("{}")
    with pytest.raises(CustodyError, match="not as it was written"):
        _keeper(office).generations()


def test_snapshots_of_two_roots_are_two_identities() -> None:
    one, other = snapshots(SECRET), snapshots(Secret(b"n" * 32))
    assert isinstance(one, X25519Identity)
    assert str(one.recipient) != str(other.recipient)
    assert str(one.recipient) == str(snapshots(SECRET).recipient)
