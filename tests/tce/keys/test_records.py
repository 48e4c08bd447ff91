from tce.keys.records import keys, records
from tests.tce.keys.office import NOW, Office, counting


def _held(office: Office, by: str) -> None:
    from tce.keys.ceremony.ceremony import begin

    ceremony = begin(office.folder, "rotate", "etcd", "hospital", NOW, counting(), None)
    ceremony.step("key", "rotated\x1b[2J")
    ceremony.finish(office.folder, [office.signer(by)], NOW)


def test_records_are_shown_and_verified(office: Office) -> None:
    _held(office, "anna")
    found = records(office.folder)
    assert found.exit_code == 0
    assert "rotate etcd" in str(found)
    assert "1 records, 0 problems" in str(found)
    assert "\x1b" not in str(found)


def test_a_record_by_nobody_who_counts_is_a_problem(office: Office) -> None:
    _held(office, "timo")
    office.write(("anna", "lena", "omar", "rosa"))
    found = records(office.folder)
    assert found.exit_code == 3
    assert "1 problems" in str(found)
    assert found.as_json()["problems"] != []


def test_every_version_of_the_evidence_key_counts(office: Office) -> None:
    from governance.signing import keyfile

    pems = [keyfile.new(None)[1] for _ in range(2)]
    (office.folder / "keys").mkdir()
    (office.folder / "keys/evidence.pem").write_bytes(b"".join(pems))
    assert len(keys(office.folder)) == len(office.names) + 2
