import os
import stat
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from tce.age import identities, whole
from tce.age.keys import X25519Recipient
from tce.keys.ceremony.records import kept
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.escrow.combine import combine, drill
from tce.keys.escrow.split import Split, split
from tce.keys.root.shares import ShareError
from tests.tce.keys.office import Office


@pytest.fixture
def escrow(office: Office, tmp_path: Path) -> Split:
    order = office.order("escrow-split", "hospital")
    return split(office.desk(), tmp_path / "shares", order, _keys(office))


def _keys(office: Office) -> list[str]:
    return [f"file:{office.key('anna')}"]


def _given(office: Office, made: Split, names: tuple[str, ...]) -> tuple[list[Path], list[Path]]:
    shares = [made.folder / f"share-{name}.age" for name in names]
    return shares, [office.identity(name) for name in names]


THREE = ("timo", "lena", "rosa")


def test_three_officers_open_what_was_sealed_to_the_escrow(
    office: Office, escrow: Split, tmp_path: Path
) -> None:
    sealed = whole.seal(Secret(b"data"), [X25519Recipient.parse(escrow.recipient)], os.urandom)
    order = office.order("escrow-combine", "hospital")
    out = tmp_path / "escrow.age"
    made = combine(office.desk(), *_given(office, escrow, THREE), out, order, _keys(office))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert whole.open(sealed, identities.load(out, nobody)).reveal() == b"data"
    assert made.recipient == escrow.recipient
    assert kept(office.folder)[-1].record.approvals == ["anna", "lena"]


def test_it_is_not_put_together_without_an_order(
    office: Office, escrow: Split, tmp_path: Path
) -> None:
    out = tmp_path / "escrow.age"
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        combine(office.desk(), *_given(office, escrow, THREE), out, None, _keys(office))
    assert not out.exists()


def test_two_shares_are_not_enough(office: Office, escrow: Split, tmp_path: Path) -> None:
    order = office.order("escrow-combine", "hospital")
    out = tmp_path / "escrow.age"
    with pytest.raises(ShareError, match="3 shares are needed, and 2 are given"):
        combine(office.desk(), *_given(office, escrow, THREE[:2]), out, order, _keys(office))
    assert not out.exists()


def test_a_drill_opens_and_keeps_nothing(office: Office, escrow: Split, tmp_path: Path) -> None:
    before = {one for one in tmp_path.rglob("*") if one.is_file()}
    said = drill(office.desk(), *_given(office, escrow, THREE), _keys(office))
    new = {one for one in tmp_path.rglob("*") if one.is_file()} - before
    assert [one.name for one in new] == [f"{said.record}.dsse.json"]
    assert said.refused == 3
    assert said.officers == THREE
    assert kept(office.folder)[-1].record.verb == "escrow-drill"


def test_a_drill_with_shares_of_an_older_escrow_fails(
    office: Office, escrow: Split, tmp_path: Path
) -> None:
    order = office.order("escrow-split", "hospital")
    split(office.desk(), tmp_path / "shares", order, _keys(office))
    with pytest.raises(CustodyError, match="objects are sealed to"):
        drill(office.desk(), *_given(office, escrow, THREE), _keys(office))


def test_a_drill_with_too_few_shares_fails(office: Office, escrow: Split) -> None:
    with pytest.raises(ShareError, match="3 shares are needed"):
        drill(office.desk(), *_given(office, escrow, THREE[:2]), _keys(office))
    with pytest.raises(ShareError, match="no share is given"):
        drill(office.desk(), [], [], _keys(office))


def test_a_drill_where_nothing_is_sealed_to_an_escrow_says_so(office: Office) -> None:
    with pytest.raises(CustodyError, match=r"escrow\.age: No such file"):
        drill(office.desk(), [], [], _keys(office))
