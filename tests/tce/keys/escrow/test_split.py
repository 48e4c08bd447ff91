import os
from pathlib import Path

import pytest

from tce.age import identities
from tce.age.keys import X25519Identity
from tce.keys.ceremony.records import kept
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.escrow.split import RECIPIENT, raw, split
from tests.tce.keys.office import Office, changed, contents


def _keys(office: Office) -> list[str]:
    return [f"file:{office.key('anna')}"]


def test_a_new_escrow_is_split_and_its_recipient_goes_to_git(
    office: Office, tmp_path: Path
) -> None:
    order = office.order("escrow-split", "hospital")
    before = contents(office.folder)
    made = split(office.desk(), tmp_path / "shares", order, _keys(office))
    assert sorted(made.files) == sorted(changed(office.folder, before))
    assert str(made).endswith("\n".join(["to commit:", *(f"  {one}" for one in made.files)]))
    text = (office.folder / RECIPIENT).read_bytes()
    assert [str(one) for one in identities.recipients(text, "x")] == [made.recipient]
    assert b"# epoch: 1\n" in text
    assert sorted(one.name for one in made.folder.iterdir()) == [
        f"share-{name}.age" for name in sorted(office.names)
    ]
    (record,) = kept(office.folder)
    assert record.record.public["recipient"] == made.recipient
    assert b"AGE-SECRET" not in b"".join(
        one.read_bytes() for one in office.folder.rglob("*") if one.is_file()
    )


def test_a_second_escrow_is_another_one(office: Office, tmp_path: Path) -> None:
    made = [
        split(
            office.desk(), tmp_path / "s", office.order("escrow-split", "hospital"), _keys(office)
        )
        for _ in range(2)
    ]
    assert [one.generation for one in made] == [1, 2]
    assert made[0].recipient != made[1].recipient


def test_an_escrow_needs_an_order(office: Office, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="2 officers have to approve") as raised:
        split(office.desk(), tmp_path / "s", None, _keys(office))
    assert any("tce keys order escrow-split hospital" in one for one in raised.value.__notes__)
    assert not (office.folder / RECIPIENT).exists()


def test_an_order_makes_one_escrow(office: Office, tmp_path: Path) -> None:
    order = office.order("escrow-split", "hospital")
    split(office.desk(), tmp_path / "s", order, _keys(office))
    with pytest.raises(RefusedError, match="used once"):
        split(office.desk(), tmp_path / "s", order, _keys(office))


def test_shares_are_not_written_into_the_repository(office: Office) -> None:
    (office.folder / ".git").mkdir()
    order = office.order("escrow-split", "hospital")
    with pytest.raises(RefusedError, match="belongs into none"):
        split(office.desk(), office.folder / "shares", order, _keys(office))


def test_what_failed_is_written_down_and_may_be_tried_again(office: Office, tmp_path: Path) -> None:
    order = office.order("escrow-split", "hospital")
    office.write(("anna", "lena", "omar"))
    with pytest.raises(CustodyError, match="5 shares need 5 officers"):
        split(office.desk(), tmp_path / "s", order, _keys(office))
    (failed,) = kept(office.folder)
    assert failed.record.outcome == "failed"
    office.write()
    assert split(office.desk(), tmp_path / "s", order, _keys(office)).generation == 1


def test_what_is_split_is_the_identitys_32_bytes() -> None:
    identity = X25519Identity.new(os.urandom)
    assert str(X25519Identity(raw(identity)).recipient) == str(identity.recipient)
