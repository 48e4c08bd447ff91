import json
from pathlib import Path

import pytest

from governance.retention.report import report
from governance.retention.verify import verify
from governance.retention.write.files import write_files
from governance.retention.write.signed import PAYLOAD_TYPE
from governance.signing import envelope, keyfile
from governance.signing.errors import SigningError, UnverifiedError
from tests.governance.retention.lab import small
from tests.governance.retention.places import NOW
from tests.program import run


def _key(folder: Path, name: str) -> tuple[Path, Path]:
    """A private key's file and its public half's."""
    private, public = keyfile.new(None)
    path, other = folder / f"{name}.key", folder / f"{name}.pem"
    path.touch(0o600)
    path.write_bytes(private.reveal())
    other.write_bytes(public)
    return path, other


def _signed(folder: Path) -> tuple[Path, Path]:
    """A statement about a table beside it, and the key that counts."""
    private, public = _key(folder, "anna")
    made = report(small(folder), now=NOW)
    signed = folder / "r.dsse.json"
    signer = keyfile.signer(private, lambda name, wanted: pytest.fail(name))
    write_files(made, csv=folder / "r.csv", signed=signed, signer=signer)
    return signed, public


def test_who_signed_is_named_and_files_are_the_same(tmp_path: Path) -> None:
    signed, public = _signed(tmp_path)
    said = verify(signed, [public])
    assert (said.by, said.files, said.exit_code) == (("anna.pem",), (("r.csv", "the same"),), 0)
    assert said.as_json()["schema"] == "tutela/retention-verified/v1"
    assert "signed by anna.pem" in str(said)


def test_a_file_that_is_another_one_or_gone_is_told(tmp_path: Path) -> None:
    signed, public = _signed(tmp_path)
    table = tmp_path / "r.csv"
    table.write_bytes(table.read_bytes() + b"one more\n")
    assert verify(signed, [public]).exit_code == 3
    table.unlink()
    said = verify(signed, [public])
    assert (said.files, said.exit_code) == ((("r.csv", "not here"),), 4)


def test_a_stranger_vouches_for_nothing(tmp_path: Path) -> None:
    signed, _ = _signed(tmp_path)
    _, other = _key(tmp_path, "otto")
    with pytest.raises(UnverifiedError, match="0 of 1"):
        verify(signed, [other])


def test_a_number_that_was_changed_is_noticed(tmp_path: Path) -> None:
    signed, public = _signed(tmp_path)
    text = json.loads(signed.read_bytes())
    payload = envelope.read(signed.read_bytes()).payload.replace(b'"artifacts": ', b'"artifacts":1')
    forged = json.loads(envelope.sign(payload, PAYLOAD_TYPE, []))
    signed.write_text(json.dumps({**forged, "signatures": text["signatures"]}))
    with pytest.raises(UnverifiedError):
        verify(signed, [public])


@pytest.mark.parametrize(
    "payload",
    [
        b"no json",
        b"{}",
        b'{"schema": "tutela/retention-statement/v2"}',
        b'{"schema": "tutela/retention-statement/v1", "as_of": "", "scope": {}, "files": '
        b'[{"name": "../../etc/passwd", "sha256": ""}], '
        b'"totals": {"artifacts": 1, "expire": {"artifacts": 0}}}',
    ],
)
def test_what_is_no_statement_is_refused_however_well_it_is_signed(
    tmp_path: Path, payload: bytes
) -> None:
    private, public = _key(tmp_path, "anna")
    signer = keyfile.signer(private, lambda name, wanted: pytest.fail(name))
    file = tmp_path / "r.dsse.json"
    file.write_bytes(envelope.sign(payload, PAYLOAD_TYPE, [signer]))
    with pytest.raises(SigningError, match="not a statement"):
        verify(file, [public])


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="No such file"):
        verify(tmp_path / "r.dsse.json", [tmp_path / "absent.pem"])


def test_the_command_lines_sign_and_verify(tmp_path: Path) -> None:
    private, public = _key(tmp_path, "anna")
    small(tmp_path)
    words = ("--signed", "r.dsse.json", "--csv", "r.csv", "--key", f"file:{private}")
    made = run("retention", "report", "-w", ".", *words, cwd=tmp_path)
    assert made.code == 0, made.err
    asked = ("retention", "verify", "r.dsse.json", "--trust", str(public), "--json")
    ran = run(*asked, cwd=tmp_path)
    assert (ran.code, json.loads(ran.out)["signed_by"]) == (0, ["anna.pem"])
    lost = run("retention", "report", "--key", "file:absent.pem", cwd=tmp_path)
    assert (lost.code, lost.out) == (1, "")
