import io

import pytest

from blueprints.secret import Secret
from tce.age import header
from tce.age.errors import (
    AgeError,
    HeaderCutError,
    HeaderError,
    HeaderForgedError,
    NoIdentityError,
    NotAgeError,
)
from tce.age.passphrase import Passphrase
from tce.age.stanza import Stanza
from tests.tce.age.sealed import ANNA, BERT, counted

FILE_KEY = Secret(bytes(range(16)))


class Foreign:
    """A recipient of a kind that is not known here."""

    def __init__(self, body: int = 100) -> None:
        self._body = body

    def wrap(self, file_key: Secret, random: object) -> Stanza:
        return Stanza("example.org/other", ("some", "words"), bytes(self._body))


def written(*recipients: object) -> bytes:
    return header.write(FILE_KEY, recipients, counted())  # type: ignore[arg-type]


def test_each_recipient_opens_a_header() -> None:
    raw = written(ANNA.recipient, BERT.recipient)
    for identity in (ANNA, BERT):
        opened = header.open(header.parse(raw), [identity])
        assert opened.reveal() == FILE_KEY.reveal()


def test_a_header_is_read_to_its_end_and_no_further() -> None:
    raw = written(ANNA.recipient)
    stream = io.BytesIO(raw + b"body")
    found = header.read(stream, "x.age")
    assert (found.raw, found.name, stream.read()) == (raw, "x.age", b"body")


@pytest.mark.parametrize("size", [0, 47, 48, 49, 96, 1000])
def test_a_stanza_of_another_kind_disturbs_nobody(size: int) -> None:
    found = header.parse(written(Foreign(size), ANNA.recipient))
    assert [stanza.kind for stanza in found.stanzas] == ["example.org/other", "X25519"]
    assert found.stanzas[0].body == bytes(size)
    assert header.open(found, [BERT, ANNA]).reveal() == FILE_KEY.reveal()


def test_nobody_opens_what_is_somebody_elses() -> None:
    found = header.read(io.BytesIO(written(Foreign(), ANNA.recipient)), "x.age")
    with pytest.raises(NoIdentityError) as caught:
        header.open(found, [BERT])
    assert str(caught.value) == (
        "x.age: none of 1 identities opens it (2 recipients: X25519, example.org/other)"
    )


def test_a_header_has_a_recipient() -> None:
    with pytest.raises(ValueError, match="at least one"):
        written()


def test_more_recipients_than_are_read_are_not_written() -> None:
    with pytest.raises(HeaderError, match="more than a header may have"):
        written(*[Foreign()] * 1000)


def changed(old: bytes, new: bytes) -> bytes:
    raw = written(ANNA.recipient, BERT.recipient)
    assert raw.count(old) >= 1
    return raw.replace(old, new, 1)


@pytest.mark.parametrize(
    ("raw", "wanted", "said"),
    [
        (b"", NotAgeError, "0 bytes"),
        (b"PK\3\4 something else", NotAgeError, "not an age file"),
        (b"age-encryption.org/v2\n-> X\n", NotAgeError, "version"),
        (b"age-encryption.org/v1\r\n-> X\n", NotAgeError, "version"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", NotAgeError, "armored"),
        (b"age-encry", HeaderCutError, "cut within its header"),
        (b"age-encryption.org/v1\n", HeaderCutError, "cut within its header"),
        (b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n", HeaderError, "no recipient"),
        (changed(b"\n---", b"\nx---"), HeaderError, "neither"),
        (changed(b"-> X25519", b"-> X25519 "), HeaderError, "a line of a stanza"),
        (changed(b"--- ", b"---"), HeaderError, "neither|MAC"),
        (changed(b"--- ", b"---  "), HeaderError, "base 64"),
        (changed(b"--- ", b"--- AAAA"), HeaderError, "MAC is too"),
        (written(ANNA.recipient)[:-1] + b"=\n", HeaderError, "base 64"),
        (changed(b"\n--- ", b"\n" + b"A" * 65 + b"\n--- "), HeaderError, "neither"),
        (b"age-encryption.org/v1\n-> X\n" + b"A" * 65 + b"\n", HeaderError, "too long"),
        (b"age-encryption.org/v1\n-> " + b"x" * 70_000, HeaderError, "longer than"),
        (b"age-encryption.org/v1\n" + b"-> X\n\n" * 20_000, HeaderError, "longer than"),
    ],
)
def test_says_what_is_wrong_with_a_header(raw: bytes, wanted: type[AgeError], said: str) -> None:
    with pytest.raises(wanted, match=said):
        header.parse(raw)


def test_a_passphrase_is_alone() -> None:
    raw = written(Passphrase(Secret(b"correct horse"), 1), ANNA.recipient)
    with pytest.raises(HeaderError, match="a passphrase beside"):
        header.parse(raw)


def test_something_after_a_header_is_refused_where_it_is_alone() -> None:
    with pytest.raises(HeaderError, match="something follows"):
        header.parse(written(ANNA.recipient) + b"x")


@pytest.mark.parametrize(
    "raw",
    [
        changed(b"-> X25519", b"-> Y25519").replace(b"Y", b"X", 0),
        written(ANNA.recipient, BERT.recipient, Foreign()).replace(b"some words", b"more words"),
    ],
)
def test_a_changed_header_is_forged(raw: bytes) -> None:
    with pytest.raises(HeaderForgedError, match="changed after it was written"):
        header.open(header.parse(raw), [BERT])


def test_a_header_of_raw_reads_finds_its_end() -> None:
    raw = written(ANNA.recipient)

    class Slow(io.RawIOBase):
        """A file without a buffer."""

        def __init__(self) -> None:
            self._rest = io.BytesIO(raw + b"body")

        def readable(self) -> bool:
            return True

        def readinto(self, into: object) -> int:
            return self._rest.readinto(into)  # type: ignore[arg-type]

    assert header.read(Slow()).raw == raw
