import pytest

from tce.keys.ceremony.record import Record, Step, looks_secret, read
from tce.keys.errors import CustodyError
from tests.tce.keys.office import Office


def _record(**other: object) -> Record:
    said: dict[str, object] = {
        "schema": "tutela/ceremony/v1",
        "id": "20270301t093000z-shred-" + "a" * 26,
        "verb": "shred",
        "environment": "hospital",
        "started": "2027-03-01T09:30:00Z",
        "ended": "2027-03-01T09:31:00Z",
        "outcome": "done",
        "steps": [Step(what="key", result="destroyed")],
    }
    return Record.model_validate(said | other)


def test_what_is_written_is_what_is_read() -> None:
    record = _record(public={"recipient": "age1xyz"}, approvals=["anna", "lena"])
    assert read(record.text()) == record


def test_another_schema_is_refused() -> None:
    with pytest.raises(CustodyError, match="schema"):
        read(_record().text().replace(b"ceremony/v1", b"ceremony/v2"))


SECRETS = [
    "AGE-SECRET-KEY-1QQQQ",
    "-----BEGIN PRIVATE KEY-----",
    "token s.7J4ng5H1Tt6qtq0Fr03HsVY9 made",
    "duckling enlarge academic academic agency result length solution fridge kidney coal piece "
    "deal husband erode duke ajar critical decision keyboard",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_record_with_a_secret_is_never_written(secret: str) -> None:
    for record in (
        _record(steps=[Step(what="key", result=secret)]),
        _record(public={"recipient": secret}),
        _record(why=secret),
    ):
        with pytest.raises(ValueError, match="would hold a secret") as raised:
            record.text()
        assert secret not in str(raised.value)


def test_what_is_public_is_no_secret(office: Office) -> None:
    assert not any(looks_secret(one) for one in office.said("anna").values())
    assert not looks_secret("shares of generation 1 open no OpenBao any more, but snapshots do")
