"""A record lies beside the run's own result, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from governance.signing import envelope
from tce.evidence.errors import EvidenceError
from tce.evidence.keep import keep, put
from tce.evidence.record import PAYLOAD_TYPE, parse
from tests.tce.evidence.test_record import RECORD


@dataclass(frozen=True)
class Ran:
    exit_code: int = 3

    def as_json(self) -> Mapping[str, object]:
        return {"schema": "tutela/proof/v1"}

    def __str__(self) -> str:
        return "does not hold"


def test_a_record_is_kept_of_a_run_that_failed_too(tmp_path: Path) -> None:
    signer = CryptoSigner.generate_ed25519()
    file = tmp_path / "records" / "prove.dsse.json"
    kept = keep(Ran(), RECORD, file, [signer])
    assert kept.exit_code == 3
    assert kept.as_json()["record"] == {"file": str(file), "signed": True}
    signed = envelope.verify(file.read_bytes(), PAYLOAD_TYPE, [signer.public_key])
    assert parse(signed.payload) == RECORD


def test_that_nobody_signed_is_said(tmp_path: Path) -> None:
    kept = keep(Ran(), RECORD, tmp_path / "prove.dsse.json", [])
    assert str(kept).splitlines()[0] == "does not hold"
    assert "signed by nobody: --key URI" in str(kept)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "full").write_text("")
    with pytest.raises(EvidenceError, match="cannot write"):
        put(tmp_path / "there", b"text")
    with pytest.raises(EvidenceError, match="cannot write"):
        put(tmp_path / "there" / "full" / "record", b"text")
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


def test_a_record_can_be_read_by_whoever_makes_the_pack(tmp_path: Path) -> None:
    put(tmp_path / "record", b"text")
    assert (tmp_path / "record").stat().st_mode & 0o777 == 0o644
