"""What a person says holds for a while, for the files that it is about, and under their own key."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, Signer

from governance.signing import envelope
from tce.evidence.attested import LONGEST, Attested, read, statement
from tce.evidence.errors import EvidenceError
from tce.evidence.gather import Broken
from tce.evidence.keys import Known
from tce.evidence.record import PAYLOAD_TYPE

ANNA = CryptoSigner.generate_ed25519()
LENA = CryptoSigner.generate_ed25519()
KEYS = [
    Known(ANNA.public_key, "officer anna", "Anna Muster"),
    Known(LENA.public_key, "officer lena", "Lena Muster"),
]
FILES = {"evidence/assumptions.yaml": "1" * 64}
ON = date(2026, 11, 22)
UNTIL = date(2027, 6, 30)


def _text(environment: str = "hospital", on: date = ON, until: date = UNTIL) -> bytes:
    return statement(
        environment, "Anna Muster", "read and accepted", ["EV-LIM-01"], [], FILES, on, until
    )


def _read(
    tmp_path: Path,
    text: bytes,
    signer: Signer = ANNA,
    today: date = ON,
    files: dict[str, str] | None = None,
) -> Attested | Broken:
    file = tmp_path / "one.dsse.json"
    file.write_bytes(envelope.sign(text, PAYLOAD_TYPE, [signer]))
    (one,) = read([file], KEYS, "hospital", FILES if files is None else files, today)
    return one


@pytest.mark.parametrize("today", [ON, UNTIL])
def test_it_holds_from_its_first_day_to_its_last(tmp_path: Path, today: date) -> None:
    one = _read(tmp_path, _text(), today=today)
    assert isinstance(one, Attested)
    assert (one.person, one.items, one.until) == ("Anna Muster", ("EV-LIM-01",), UNTIL)


@pytest.mark.parametrize("today", [ON - timedelta(days=1), UNTIL + timedelta(days=1)])
def test_it_does_not_hold_before_or_after(tmp_path: Path, today: date) -> None:
    one = _read(tmp_path, _text(), today=today)
    assert one == Broken("one.dsse.json", f"holds from {ON} to {UNTIL}")


def test_nobody_says_something_in_the_name_of_another(tmp_path: Path) -> None:
    one = _read(tmp_path, _text(), LENA)
    assert one == Broken("one.dsse.json", "is not signed by Anna Muster")


def test_somebody_who_is_no_officer_says_nothing(tmp_path: Path) -> None:
    text = _text().replace(b"Anna Muster", b"Otto Fremd")
    one = _read(tmp_path, text, ANNA)
    assert one == Broken("one.dsse.json", "Otto Fremd is no officer of this environment")


def test_it_is_about_one_environment_and_about_files_as_they_were(tmp_path: Path) -> None:
    assert _read(tmp_path, _text("alps")) == Broken("one.dsse.json", "is about alps")
    one = _read(tmp_path, _text(), files={"evidence/assumptions.yaml": "2" * 64})
    assert isinstance(one, Broken)
    assert "evidence/assumptions.yaml changed since" in one.why


def test_a_change_of_its_words_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "one.dsse.json"
    text = envelope.sign(_text(), PAYLOAD_TYPE, [ANNA])
    signed = envelope.read(text)
    other = envelope.sign(signed.payload.replace(b"accepted", b"rejected"), PAYLOAD_TYPE, [])
    import json

    forged = {**json.loads(other), "signatures": json.loads(text)["signatures"]}
    file.write_text(json.dumps(forged))
    (one,) = read([file], KEYS, "hospital", FILES, ON)
    assert one == Broken("one.dsse.json", "was changed after it was signed")


@pytest.mark.parametrize(
    ("until", "items"), [(ON - timedelta(days=1), ["A"]), (ON + LONGEST * 2, ["A"]), (UNTIL, [])]
)
def test_what_is_endless_or_about_nothing_is_not_written(until: date, items: list[str]) -> None:
    with pytest.raises(EvidenceError):
        statement("hospital", "Anna Muster", "yes", items, [], FILES, ON, until)


@pytest.mark.parametrize("text", [b"{}", b"no", b'{"payload": "e30=", "payloadType": "x"}'])
def test_what_is_no_attestation_is_told(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "one.dsse.json"
    file.write_bytes(text)
    (one,) = read([file], KEYS, "hospital", FILES, ON)
    assert isinstance(one, Broken)


def test_a_line_that_hides_something_is_no_sentence() -> None:
    with pytest.raises(EvidenceError, match=r"predicate\.says"):
        statement("hospital", "Anna Muster", "yes\x1b[2J", ["A"], [], FILES, ON, UNTIL)
