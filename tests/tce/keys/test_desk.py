import pytest

from tce.keys.ceremony.records import kept, verify
from tce.keys.desk import hold, note
from tce.keys.errors import CustodyError, RefusedError
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office


def test_a_ceremony_is_recorded_and_its_order_is_used(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    desk = office.desk(bao.token)
    order = office.order("shred", "genomes")
    signers = desk.signers([])
    with hold(desk, "shred", "genomes", order, signers, desk.bao()) as ceremony:
        ceremony.step("key", "destroyed")
    keys = [signers[0].public_key]
    chain = verify(office.folder, keys)
    assert chain.problems == ()
    assert chain.records[0].record.outcome == "done"
    with (
        pytest.raises(RefusedError, match="used once"),
        hold(desk, "shred", "genomes", order, signers, desk.bao()),
    ):
        pytest.fail("it was carried out twice")


def test_an_order_is_used_also_where_its_record_was_taken_away(
    office: Office, bao: OpenBao
) -> None:
    office.furnish(bao)
    desk = office.desk(bao.token)
    order = office.order("shred", "genomes")
    signers = desk.signers([f"file:{office.key('anna')}"])
    with hold(desk, "shred", "genomes", order, signers, desk.bao()):
        pass
    kept(office.folder)[0].file.unlink()
    with (
        pytest.raises(RefusedError, match="used once"),
        hold(desk, "shred", "genomes", order, signers, desk.bao()),
    ):
        pytest.fail("it was carried out twice")


def test_what_failed_is_recorded_and_may_go_on(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    desk = office.desk(bao.token)
    order = office.order("shred", "genomes")
    signers = desk.signers([])

    def fails() -> None:
        with hold(desk, "shred", "genomes", order, signers, desk.bao()) as ceremony:
            ceremony.step("first key", "destroyed")
            raise CustodyError("the network broke")

    with pytest.raises(CustodyError, match="the network broke"):
        fails()
    failed = kept(office.folder)[0].record
    assert failed.outcome == "failed"
    assert [one.what for one in failed.steps] == ["first key", "shred"]
    with hold(desk, "shred", "genomes", order, signers, desk.bao()) as ceremony:
        assert ceremony.steps[0].result.startswith("had begun before")
    assert kept(office.folder)[-1].record.outcome == "done"


def test_nothing_is_begun_without_an_order(office: Office) -> None:
    desk = office.desk()
    with (
        pytest.raises(RefusedError, match="2 officers have to approve"),
        hold(desk, "shred", "genomes", None, [], None),
    ):
        pytest.fail("it was carried out")
    assert kept(office.folder) == ()


def test_what_destroys_nothing_is_noted_without_one(office: Office) -> None:
    desk = office.desk()
    with note(desk, "drill", "x", [office.signer("anna")]) as ceremony:
        ceremony.step("tried", "passed")
    assert kept(office.folder)[0].record.approvals == []
