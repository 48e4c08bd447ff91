from datetime import timedelta
from pathlib import Path

import pytest

from tce.keys.ceremony.ceremony import begin
from tce.keys.ceremony.records import FOLDER, heads, kept, of_order, verify
from tce.keys.errors import CustodyError
from tests.tce.keys.office import NOW, Office, counting


def _held(office: Office, minutes: int, by: str = "anna") -> Path:
    when = NOW + timedelta(minutes=minutes)
    ceremony = begin(office.folder, "rotate", "", "hospital", when, counting(minutes))
    ceremony.step("key", "rotated")
    return ceremony.finish(office.folder, [office.signer(by)], when)


def test_each_record_names_the_one_before(office: Office) -> None:
    for minutes in range(4):
        _held(office, minutes)
    chain = verify(office.folder, office.officers.keys)
    assert chain.problems == ()
    assert len(chain.records) == 4
    assert chain.heads == (chain.records[-1].digest,) == heads(office.folder)


def test_a_record_that_was_taken_out_is_missed(office: Office) -> None:
    files = [_held(office, minutes) for minutes in range(3)]
    files[1].unlink()
    chain = verify(office.folder, office.officers.keys)
    assert len(chain.problems) == 1
    assert "follows a record that is not here" in chain.problems[0]


def test_a_first_record_that_was_taken_out_is_missed(office: Office) -> None:
    files = [_held(office, minutes) for minutes in range(2)]
    files[0].unlink()
    assert verify(office.folder, office.officers.keys).problems != ()


def test_a_changed_record_is_seen_by_its_signature_and_by_the_next(office: Office) -> None:
    files = [_held(office, minutes) for minutes in range(2)]
    other = _held(Office(office.folder.parent / "other").make(), 0)
    files[0].write_bytes(other.read_bytes())
    problems = " ".join(verify(office.folder, office.officers.keys).problems)
    assert "0 of 1 needed signatures are valid" in problems
    assert "follows a record that is not here" in problems


def test_a_strangers_record_is_not_believed(office: Office) -> None:
    _held(office, 0, by="timo")
    office.write(("anna", "lena", "omar", "rosa"))
    assert "needed signatures" in verify(office.folder, office.officers.keys).problems[0]


def test_two_ceremonies_side_by_side_are_both_named_by_the_next(office: Office) -> None:
    first = begin(office.folder, "rotate", "a", "hospital", NOW, counting(1))
    second = begin(office.folder, "rotate", "b", "hospital", NOW, counting(2))
    root = _held(office, 0)
    root.unlink()
    _held(office, 0)
    for one in (first, second):
        # Both began when nothing was there.
        one.finish(office.folder, [office.signer("anna")], NOW)
    problems = verify(office.folder, office.officers.keys).problems
    assert all("is not the first" in one for one in problems)
    _held(office, 5)
    assert len(heads(office.folder)) == 1


def test_a_renamed_record_is_told(office: Office) -> None:
    file = _held(office, 0)
    file.rename(file.with_name("20990101t000000z-rotate-" + "a" * 26 + ".dsse.json"))
    assert any(
        "is the record of" in one for one in verify(office.folder, office.officers.keys).problems
    )


def test_what_is_no_record_is_an_error(office: Office) -> None:
    folder = office.folder / FOLDER
    folder.mkdir(parents=True)
    (folder / "x.dsse.json").write_text("{}")
    with pytest.raises(CustodyError, match=r"x\.dsse\.json: not a DSSE envelope"):
        kept(office.folder)


def test_no_record_carries_out_an_order_that_nobody_gave(office: Office) -> None:
    _held(office, 0)
    assert of_order(office.folder, "0" * 64) is None
