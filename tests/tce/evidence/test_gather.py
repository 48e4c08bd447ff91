"""Records as they lie there: signed, unsigned, by strangers, changed, or none at all."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner, Signer

from governance.signing import envelope
from tce.evidence.errors import EvidenceError
from tce.evidence.gather import Broken, Told, apart, content, gather, moment
from tce.evidence.keys import Known
from tce.evidence.record import LARGEST, PAYLOAD_TYPE
from tests.tce.evidence.test_record import RECORD

CI = CryptoSigner.generate_ed25519()
OTHER = CryptoSigner.generate_ed25519()
KEYS = [Known(CI.public_key, "evidence key")]


def _put(folder: Path, *signers: Signer, name: str = "one.dsse.json") -> Path:
    file = folder / name
    file.write_bytes(envelope.sign(RECORD.statement(), PAYLOAD_TYPE, signers))
    return file


def _only(folder: Path) -> Told | Broken:
    (one,) = gather([folder], KEYS)
    return one


@pytest.mark.parametrize(
    ("signers", "trust", "by"),
    [
        ((CI,), "signed", ("evidence key",)),
        ((CI, OTHER), "signed", ("evidence key",)),
        ((OTHER,), "stranger", ()),
        ((), "unsigned", ()),
    ],
)
def test_who_vouches_for_a_record(
    tmp_path: Path, signers: tuple[Signer, ...], trust: str, by: tuple[str, ...]
) -> None:
    _put(tmp_path, *signers)
    one = _only(tmp_path)
    assert isinstance(one, Told)
    assert (one.trust, one.by, one.record) == (trust, by, RECORD)


@pytest.mark.parametrize("at", [0.05, 0.3, 0.5, 0.8, 0.97])
def test_a_byte_that_was_changed_anywhere_is_noticed(tmp_path: Path, at: float) -> None:
    file = _put(tmp_path, CI)
    text = json.loads(file.read_bytes())
    payload = bytearray(base64.b64decode(text["payload"]))
    payload[int(len(payload) * at)] ^= 1
    text["payload"] = base64.b64encode(bytes(payload)).decode()
    file.write_text(json.dumps(text))
    one = _only(tmp_path)
    assert isinstance(one, Broken) or one.trust == "tampered"


def test_another_type_under_the_same_signature_is_no_record(tmp_path: Path) -> None:
    file = tmp_path / "order.dsse.json"
    file.write_bytes(envelope.sign(RECORD.statement(), "application/vnd.tutela.order+json", [CI]))
    assert _only(tmp_path) == Broken(file.name, "it holds application/vnd.tutela.order+json")


def test_a_record_without_a_time_is_none(tmp_path: Path) -> None:
    from dataclasses import replace

    file = tmp_path / "one.dsse.json"
    record = replace(RECORD, ended="yesterday")
    file.write_bytes(envelope.sign(record.statement(), PAYLOAD_TYPE, [CI]))
    assert _only(tmp_path) == Broken(file.name, "'yesterday' is no time")


def test_a_folder_that_there_is_not_holds_none(tmp_path: Path) -> None:
    assert gather([tmp_path / "absent"], KEYS) == ()
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="cannot read"):
        gather([tmp_path / "file"], KEYS)


def test_what_is_larger_than_any_record_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "one.dsse.json"
    with file.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(EvidenceError, match="larger than 8 MiB"):
        content(file)
    assert isinstance(_only(tmp_path), Broken)


def test_times_are_compared_in_one_zone() -> None:
    assert moment("2026-11-22T13:00:00+01:00") == moment("2026-11-22T12:00:00")
    with pytest.raises(EvidenceError, match="is no time"):
        moment("2026-13-01")


def test_envelopes_that_are_called_alike_are_told_apart() -> None:
    seen: dict[str, bytes] = {}
    first, second = "one.dsse.json", apart("one.dsse.json", b"1", seen)
    assert second == first
    third = apart("one.dsse.json", b"2", seen)
    assert third.startswith("one-")
    assert third.endswith(".dsse.json")
    assert apart("one.dsse.json", b"1", seen) == first


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "one.dsse.json")
    one = _only(tmp_path)
    assert isinstance(one, Broken)
    assert one.why.endswith("is no file")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), with_=st.binary(max_size=3), cut=st.booleans())
def test_whatever_is_done_to_a_record_it_never_counts_as_another(
    tmp_path: Path, at: float, with_: bytes, cut: bool
) -> None:
    file = _put(tmp_path, CI)
    raw = file.read_bytes()
    place = int(at * len(raw))
    file.write_bytes(raw[:place] + with_ + (b"" if cut else raw[place + len(with_) :]))
    one = _only(tmp_path)
    assert isinstance(one, Broken) or one.trust != "signed" or one.record == RECORD
