from pathlib import Path

import pytest

from tce.keys.ceremony.records import kept
from tce.keys.errors import RefusedError
from tce.keys.new_root import RECIPIENT, new_root, write_recipient
from tce.keys.root.elevated import root
from tce.keys.root.shares import ShareError
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office, changed, contents

THREE = ("anna", "omar", "timo")
OTHERS = ("lena", "rosa", "timo")


def test_three_officers_make_a_new_root_and_their_old_shares_open_nothing(
    office: Office, bao: OpenBao
) -> None:
    office.furnish(bao)
    office.keep(bao)
    desk = office.desk(bao.token)
    old = desk.keeper(office.place).recover(*office.given(THREE))[0][1]
    before = contents(office.folder)
    made = new_root(desk, office.place, *office.given(THREE), office.order("root", "hospital"), [])
    office.learn(bao, OTHERS, 2)
    new = desk.keeper(office.place).recover(*office.given(OTHERS, 2))[0][1]
    with root(bao.root, new):
        pass
    with pytest.raises(Exception, match="does not take this root"), root(bao.root, old):
        pass
    assert sorted(made.files) == sorted(changed(office.folder, before))
    assert str(made).endswith("\n".join(["to commit:", *(f"  {one}" for one in made.files)]))
    assert made.root.generation == 2
    assert "anna, lena, omar, rosa, timo have to destroy theirs" in str(made)
    assert made.root.snapshots in (office.folder / RECIPIENT).read_text()
    (record,) = kept(office.folder)
    assert record.record.public["snapshots"] == made.root.snapshots
    assert new.reveal().hex() not in record.text.decode()


def test_two_officers_make_none(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    office.keep(bao)
    desk = office.desk(bao.token)
    order = office.order("root", "hospital")
    with pytest.raises(ShareError, match="3 shares are needed, and 2 are given"):
        new_root(desk, office.place, *office.given(THREE[:2]), order, [])
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        new_root(desk, office.place, *office.given(THREE), None, [])
    assert [one.generation for one in desk.keeper(office.place).generations()] == [1]


def test_a_recipients_file_says_its_epoch(tmp_path: Path) -> None:
    write_recipient(tmp_path / "keys/x.age", "age1xyz", 3, "escrow")
    assert (tmp_path / "keys/x.age").read_text() == "# escrow\n# epoch: 3\nage1xyz\n"
