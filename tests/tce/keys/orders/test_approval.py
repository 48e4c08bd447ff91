import base64
import json
from datetime import timedelta

import pytest
import yaml

from governance.signing import envelope, keyfile
from governance.signing.errors import SigningError
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.new import write
from tce.keys.orders.approval import approve, missing, require, signed
from tce.keys.orders.order import PAYLOAD_TYPE, order, read
from tests.tce.keys.office import NOW, Office, counting


def _order(office: Office, *by: str) -> bytes:
    text = order("shred", "genomes", "hospital", "the study ended", NOW, counting())
    for name in by:
        text = approve(text, office.signer(name), office.officers, NOW)
    return text


def test_two_officers_are_enough(office: Office) -> None:
    text = _order(office, "rosa", "anna")
    approved = require(text, "shred", "genomes", office.officers, NOW)
    assert approved.approvals == ("anna", "rosa")
    assert approved.order == read(text)


def test_one_officer_is_not_enough_nor_twice_the_same(office: Office) -> None:
    for text in (_order(office), _order(office, "anna"), _order(office, "anna", "anna")):
        with pytest.raises(RefusedError, match="2 officers have to approve"):
            require(text, "shred", "genomes", office.officers, NOW)


def test_two_keys_of_one_person_are_one_person(office: Office) -> None:
    text = _order(office, "anna", "lena")
    said = yaml.safe_load((office.folder / "spec.yaml").read_text())
    for one in said["keys"]["officers"]:
        one["person"] = "Anna Muster"
    (office.folder / "spec.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(RefusedError, match="and anna did"):
        require(text, "shred", "genomes", office.officers, NOW)


def test_a_stranger_cannot_approve(office: Office) -> None:
    pem, _ = keyfile.new(None)
    write(office.private / "eve.pem", pem)
    eve = office.signer("eve")
    with pytest.raises(RefusedError, match="of no officer"):
        approve(_order(office), eve, office.officers, NOW)
    text = envelope.add(_order(office, "anna"), eve)
    with pytest.raises(RefusedError, match="and anna did"):
        require(text, "shred", "genomes", office.officers, NOW)


def test_an_officer_that_left_does_not_count(office: Office) -> None:
    text = _order(office, "anna", "timo")
    office.write(("anna", "lena", "omar", "rosa"))
    with pytest.raises(RefusedError, match="and anna did"):
        require(text, "shred", "genomes", office.officers, NOW)


@pytest.mark.parametrize(("verb", "target"), [("root", "genomes"), ("shred", "images")])
def test_an_order_of_something_else_is_refused(office: Office, verb: str, target: str) -> None:
    with pytest.raises(RefusedError, match="and not"):
        require(_order(office, "anna", "lena"), verb, target, office.officers, NOW)


def test_an_order_of_another_environment_is_refused(office: Office) -> None:
    text = order("shred", "genomes", "clinic", "why", NOW, counting())
    with pytest.raises(CustodyError, match="is of clinic, and not of hospital"):
        approve(text, office.signer("anna"), office.officers, NOW)


def test_an_order_is_in_force_until_its_day(office: Office) -> None:
    text = _order(office, "anna", "lena")
    last = NOW + timedelta(days=7)
    require(text, "shred", "genomes", office.officers, last)
    with pytest.raises(RefusedError, match="in force until"):
        require(text, "shred", "genomes", office.officers, last + timedelta(seconds=1))
    with pytest.raises(RefusedError, match="in force from"):
        require(text, "shred", "genomes", office.officers, NOW - timedelta(minutes=6))
    with pytest.raises(RefusedError, match="in force until"):
        approve(text, office.signer("rosa"), office.officers, last + timedelta(days=1))


def test_an_order_that_was_written_by_hand_to_last_for_years_is_refused(office: Office) -> None:
    said = read(_order(office))
    long = said.model_copy(update={"expires": "2037-03-01T09:30:00Z"})
    text = envelope.sign(long.text, PAYLOAD_TYPE, [office.signer("anna"), office.signer("lena")])
    with pytest.raises(RefusedError, match="longer than 31 days"):
        require(text, "shred", "genomes", office.officers, NOW)


def test_every_changed_byte_of_the_payload_ends_the_approval(office: Office) -> None:
    text = _order(office, "anna", "lena")
    said = json.loads(text)
    payload = base64.b64decode(said["payload"])
    for place in range(0, len(payload), 7):
        changed = payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]
        said["payload"] = base64.b64encode(changed).decode()
        with pytest.raises((CustodyError, SigningError)):
            require(json.dumps(said).encode(), "shred", "genomes", office.officers, NOW)


def test_who_signed_is_told_of_an_order_that_is_not_enough(office: Office) -> None:
    assert signed(_order(office), office.officers) == ()
    assert [one.name for one in signed(_order(office, "omar"), office.officers)] == ["omar"]


def test_what_has_no_order_says_what_to_type(office: Office) -> None:
    hints = missing("shred", "genomes", office.officers).__notes__
    assert hints[0].startswith("tutela tce keys order shred genomes DIR")
