"""Ceremonies stand beside proofs, and only as what they are: done live, by whom it says."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from tce.evidence.ceremonies import ceremonies
from tce.evidence.evidence import Options, evidence
from tce.evidence.gather import Broken, Told
from tce.evidence.keys import Known
from tce.keys.ceremony.ceremony import begin
from tests.tce.evidence.standing import NOW, Standing

CI = CryptoSigner.generate_ed25519()
KEYS = [Known(CI.public_key, "evidence key")]


def _held(folder: Path, verb: str = "rotate", outcome: str = "done", signer: object = CI) -> Path:
    held = begin(folder, verb, "s3://genomes", "hospital", NOW, secrets.token_bytes)
    held.step("transit key tce-x-transit/keys/obj-genomes", "version 2")
    return held.finish(folder, [signer], NOW, outcome)  # type: ignore[list-item, arg-type]


def test_a_ceremony_that_was_held_speaks_for_its_verb(tmp_path: Path) -> None:
    _held(tmp_path)
    (one,) = ceremonies(tmp_path, KEYS)
    assert isinstance(one, Told)
    assert (one.record.test, one.record.level, one.trust) == ("ceremony-rotate", "live", "signed")
    assert one.record.verdict == "PASSED"


def test_a_ceremony_that_failed_is_red(tmp_path: Path) -> None:
    _held(tmp_path, outcome="failed")
    (one,) = ceremonies(tmp_path, KEYS)
    assert isinstance(one, Told)
    assert one.record.verdict == "FAILED"
    assert "version 2" in one.record.found[0]


def test_one_that_a_stranger_signed_is_told(tmp_path: Path) -> None:
    _held(tmp_path, signer=CryptoSigner.generate_ed25519())
    found = ceremonies(tmp_path, KEYS)
    assert {one.trust for one in found if isinstance(one, Told)} == {"stranger"}
    assert any(isinstance(one, Broken) for one in found)


def test_one_that_was_taken_out_is_missed(tmp_path: Path) -> None:
    first = _held(tmp_path)
    _held(tmp_path)
    first.unlink()
    (problem,) = [one for one in ceremonies(tmp_path, KEYS) if isinstance(one, Broken)]
    assert "follows a record that is not here" in problem.why


def test_what_is_no_record_of_a_ceremony_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys/ceremony").mkdir(parents=True)
    (tmp_path / "keys/ceremony/one.dsse.json").write_text("{}")
    (one,) = ceremonies(tmp_path, KEYS)
    assert isinstance(one, Broken)
    assert "not a DSSE envelope" in one.why


def test_a_rotation_shows_its_item_until_its_period_ends(standing: Standing) -> None:
    standing.all()
    _held(standing.folder, signer=standing.ci)
    later = NOW + timedelta(days=91)
    pack = evidence(standing.folder, Options(running=True), later, "0")
    (one,) = [one for one in pack.judged if one.item.id == "EV-KEY-04"]
    (why,) = one.problems
    assert "is 91 days old, and 90 are allowed" in why
