import json
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from governance.retention.report import report
from governance.retention.write.files import write_files
from governance.retention.write.signed import PAYLOAD_TYPE, sha256
from governance.retention.write.whole import WriteError
from governance.signing import envelope
from tests.governance.retention.lab import hostile, small
from tests.governance.retention.places import NOW

SIGNER = CryptoSigner.generate_ed25519()


def test_a_statement_names_what_was_decided_and_the_files_that_hold_it(tmp_path: Path) -> None:
    made = report(small(tmp_path), now=NOW)
    csv, signed = tmp_path / "r.csv", tmp_path / "r.dsse.json"
    written = write_files(made, csv=csv, signed=signed, signer=SIGNER)
    assert [path for path, _ in written.files] == [csv, signed]
    said = envelope.verify(signed.read_bytes(), PAYLOAD_TYPE, [SIGNER.public_key])
    payload = json.loads(said.payload)
    assert payload["schema"] == "tutela/retention-statement/v1"
    assert payload["totals"]["artifacts"] == made.whole.all.artifacts
    assert payload["files"] == [
        {"name": "r.csv", "bytes": csv.stat().st_size, "sha256": sha256(csv)}
    ]


def test_a_statement_stays_small_whatever_lies_in_the_bucket(tmp_path: Path) -> None:
    made = report(hostile(tmp_path), now=NOW)
    signed = tmp_path / "r.dsse.json"
    write_files(made, signed=signed, signer=SIGNER)
    payload = json.loads(envelope.read(signed.read_bytes()).payload)
    assert "artifacts" not in payload
    assert payload["files"] == []


def test_a_file_and_a_key_go_together(tmp_path: Path) -> None:
    made = report(small(tmp_path), now=NOW)
    with pytest.raises(WriteError, match="go together"):
        write_files(made, signed=tmp_path / "r.dsse.json")
    with pytest.raises(WriteError, match="go together"):
        write_files(made, signer=SIGNER)
    with pytest.raises(WriteError, match="same file"):
        write_files(made, csv=tmp_path / "r", signed=tmp_path / "r", signer=SIGNER)
