import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.secret import Ask, NoSecretError, Secret, nobody
from tce.age import identities, whole
from tce.age.errors import AgeError, KeyTextError
from tce.age.passphrase import Passphrase
from tests.tce.age.sealed import ANNA, BERT, counted
from tests.tce.age.test_armor import armored

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEXT = identities.write(ANNA, NOW)


def saying(word: bytes) -> Ask:
    def ask(name: str, wanted: str) -> Secret:
        assert (name, wanted) == ("passphrase", "passphrase of x")
        return Secret(word)

    return ask


def file(folder: Path, data: bytes, mode: int = 0o600) -> Path:
    path = folder / "identity.txt"
    path.touch(mode)
    path.chmod(mode)
    path.write_bytes(data)
    return path


def test_a_file_is_written_as_age_keygen_writes_it(tmp_path: Path) -> None:
    lines = TEXT.text().splitlines()
    assert lines[:2] == [
        "# created: 2026-11-22T12:00:00Z",
        f"# public key: {ANNA.recipient}",
    ]
    (found,) = identities.load(file(tmp_path, TEXT.reveal()), nobody)
    assert found.recipient == ANNA.recipient


def test_a_file_may_hold_several() -> None:
    text = Secret(TEXT.reveal() + b"\r\n# another\r\n" + BERT.text().reveal())
    found = identities.read(text, nobody, "x")
    assert [one.recipient for one in found] == [ANNA.recipient, BERT.recipient]


@pytest.mark.parametrize("form", [bytes, armored])
def test_a_file_under_a_passphrase_asks_for_it(form: type[bytes], tmp_path: Path) -> None:
    sealed = form(identities.protect(TEXT, Passphrase(Secret(b"horse"), 10), counted()))
    (found,) = identities.read(Secret(sealed), saying(b"horse"), "x")
    assert found.recipient == ANNA.recipient
    with pytest.raises(AgeError, match="x: a wrong passphrase"):
        identities.read(Secret(sealed), saying(b"battery"), "x")
    with pytest.raises(NoSecretError):
        identities.load(file(tmp_path, sealed, 0o644), nobody)


def test_an_identity_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT.reveal(), 0o640)
    with pytest.raises(AgeError, match="others may read") as caught:
        identities.load(path, nobody)
    assert caught.value.__notes__ == [f"chmod 600 {path}"]


def test_what_is_no_file_of_identities_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AgeError, match="No such file"):
        identities.load(tmp_path / "none", nobody)
    with pytest.raises(AgeError, match="x: no identity in it"):
        identities.read(Secret(b"# only a comment\n"), nobody, "x")
    with pytest.raises(AgeError, match="longer than"):
        identities.read(Secret(bytes(identities.LARGEST + 1)), nobody, "x")
    with pytest.raises(KeyTextError, match="x:2: not an age identity"):
        identities.read(Secret(b"#\n" + ANNA.text().reveal()[:-2]), nobody, "x")
    recipient = base64.b64encode(b"x")
    with pytest.raises(KeyTextError, match="x:1: "):
        identities.read(Secret(recipient), nobody, "x")


def test_a_file_sealed_to_somebody_is_opened_first() -> None:
    sealed = whole.seal(TEXT, [BERT.recipient], counted())
    with pytest.raises(AgeError, match="not by a passphrase"):
        identities.read(Secret(sealed), nobody, "x")


def test_recipients_are_read_one_a_line() -> None:
    text = f"# the bucket\n{ANNA.recipient}\r\n\n  {BERT.recipient}\n".encode()
    assert identities.recipients(text, "x") == (ANNA.recipient, BERT.recipient)
    with pytest.raises(KeyTextError, match="x:2: not an age recipient"):
        identities.recipients(f"{ANNA.recipient}\nage1qqqqqqqqqq\n".encode(), "x")
    with pytest.raises(KeyTextError, match="x:1: not text"):
        identities.recipients(b"\xff\n", "x")


def test_an_identity_among_recipients_is_not_repeated() -> None:
    with pytest.raises(KeyTextError) as caught:
        identities.recipients(ANNA.text().reveal(), "x")
    assert ANNA.text().text() not in str(caught.value) + "".join(caught.value.__notes__)
    assert "stays secret" in caught.value.__notes__[0]
