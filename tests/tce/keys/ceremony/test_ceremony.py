from datetime import timedelta

import pytest

from governance.signing import envelope
from tce.keys.ceremony.ceremony import begin
from tce.keys.ceremony.record import PAYLOAD_TYPE, read
from tce.keys.errors import CustodyError
from tce.keys.orders.approval import require
from tests.tce.keys.office import NOW, Office, counting


def test_a_record_says_who_ordered_it_and_each_step(office: Office) -> None:
    text = office.order("shred", "genomes").read_bytes()
    approved = require(text, "shred", "genomes", office.officers, NOW)
    ceremony = begin(office.folder, "shred", "genomes", "hospital", NOW, counting(), approved)
    ceremony.step("transit key", "destroyed")
    ceremony.public["versions"] = "3"
    later = NOW + timedelta(minutes=2)
    file = ceremony.finish(office.folder, [office.signer("omar")], later)
    signed = envelope.verify(file.read_bytes(), PAYLOAD_TYPE, [office.signer("omar").public_key])
    record = read(signed.payload)
    assert record.approvals == ["anna", "lena"]
    assert record.order == approved.order.digest
    assert record.why == "a test"
    assert [(one.what, one.result) for one in record.steps] == [("transit key", "destroyed")]
    assert (record.started, record.ended) == ("2027-03-01T09:30:00Z", "2027-03-01T09:32:00Z")
    assert file.name == f"{record.id}.dsse.json"


def test_a_record_that_nobody_signs_is_not_written(office: Office) -> None:
    ceremony = begin(office.folder, "root", "", "hospital", NOW, counting())
    with pytest.raises(CustodyError, match="has to sign"):
        ceremony.finish(office.folder, [], NOW)
    assert not (office.folder / "keys").exists()


def test_a_record_is_never_overwritten(office: Office) -> None:
    ceremony = begin(office.folder, "root", "", "hospital", NOW, counting())
    ceremony.finish(office.folder, [office.signer("anna")], NOW)
    with pytest.raises(CustodyError, match="File exists"):
        ceremony.finish(office.folder, [office.signer("lena")], NOW)
