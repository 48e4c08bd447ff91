import pytest

from tce.keys.errors import RefusedError
from tce.keys.orders.approval import Approved, require
from tce.keys.orders.register import KvRegister, RecordRegister
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office


def _approved(office: Office) -> Approved:
    text = office.order("shred", "genomes").read_bytes()
    return require(text, "shred", "genomes", office.officers, NOW)


def test_openbao_takes_an_order_once(office: Office, bao: OpenBao) -> None:
    register = KvRegister(bao.root, bao.kv())
    approved = _approved(office)
    assert register.begin(approved) is False
    register.done(approved)
    with pytest.raises(RefusedError, match="an order is used once"):
        register.begin(approved)
    assert register.begin(_approved(office)) is False


def test_what_had_begun_and_never_ended_may_go_on(office: Office, bao: OpenBao) -> None:
    register = KvRegister(bao.root, bao.kv())
    approved = _approved(office)
    assert register.begin(approved) is False
    assert register.begin(approved) is True


def test_a_login_that_may_only_create_and_read_is_enough(office: Office, bao: OpenBao) -> None:
    mount = bao.kv()
    token = bao.login({f"{mount}/data/orders/*": ["create", "read"]})
    register = KvRegister(bao.connect(token), mount)
    approved = _approved(office)
    register.begin(approved)
    assert register.begin(approved) is True
    register.done(approved)
    register.done(approved)
    with pytest.raises(RefusedError, match="used once"):
        register.begin(approved)


def test_another_order_under_the_same_nonce_is_refused(office: Office, bao: OpenBao) -> None:
    mount = bao.kv()
    approved = _approved(office)
    path = f"{mount}/data/orders/{approved.order.nonce}"
    bao.root.write(path, {"data": {"digest": "0" * 64, "verb": "shred"}})
    with pytest.raises(RefusedError, match="used once"):
        KvRegister(bao.root, mount).begin(approved)


def test_without_openbao_the_records_remember(office: Office) -> None:
    from tce.keys.ceremony.ceremony import begin

    approved = _approved(office)
    register = RecordRegister(office.folder)
    assert register.begin(approved) is False
    ceremony = begin(
        office.folder, "shred", "genomes", "hospital", NOW, lambda n: bytes(n), approved
    )
    ceremony.finish(office.folder, [office.signer("anna")], NOW)
    register.done(approved)
    with pytest.raises(RefusedError, match=r"carried out \(ceremony 20270301t093000z-shred"):
        register.begin(approved)
