"""Public halves: what is none is refused, and what is secret is not repeated."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from tce.intent.public import OfficerKey, Place, Recipient, TokenLabel
from tests.tce.intent.specifications import ALPS, HOSPITAL, said, tells, typed

OFFICER = "AnnaIsMadeUpAndNobodyHoldsThePrivateHalf004="
RECIPIENT = "age1annaannaannaannaannaannaannaannaannaannaannaannaannq6tcld2"
# Of the seed of zeros, which anybody has.
PRIVATE = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQUUEPZ3"


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_recipients_of_the_examples_are_such_to_another_reader(example: str) -> None:
    pyrage = pytest.importorskip("pyrage")
    for one in typed(example=example).keys.officers:
        assert pyrage.x25519.Recipient.from_str(one.recipient)


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_keys_of_the_examples_are_such_to_another_reader(example: str) -> None:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    base64 = pytest.importorskip("base64")
    for one in typed(example=example).keys.officers:
        assert ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(one.key))


@pytest.mark.parametrize("place", range(4, len(RECIPIENT)))
def test_a_recipient_with_one_letter_changed_is_refused(place: int) -> None:
    other = "q" if RECIPIENT[place] != "q" else "p"
    with pytest.raises(ValidationError, match="checksum is wrong"):
        TypeAdapter(Recipient).validate_python(RECIPIENT[:place] + other + RECIPIENT[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "age1", RECIPIENT.upper(), RECIPIENT[:-1], "age1b" + "q" * 57]
)
def test_what_is_no_recipient_is_told_what_is_one(text: str) -> None:
    with pytest.raises(ValidationError, match="has to be an age recipient"):
        TypeAdapter(Recipient).validate_python(text)


@pytest.mark.parametrize("field", ["key", "recipient"])
@pytest.mark.parametrize("text", [PRIVATE, PRIVATE.lower(), "-----BEGIN PRIVATE KEY-----\nMC4C\n"])
def test_a_private_key_is_refused_and_stands_in_no_message(field: str, text: str) -> None:
    messages = said({f"keys/officers/0/{field}": text})
    assert any("is a private key" in one for one in messages)
    assert not [one for one in messages if text in one or text[20:40] in one]


@pytest.mark.parametrize(
    "text", ["", "AAAA", OFFICER[:-1], OFFICER + "=", OFFICER.replace("A", "-")]
)
def test_what_is_no_key_of_an_officers_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="has to be an Ed25519 public key"):
        TypeAdapter(OfficerKey).validate_python(text)


@pytest.mark.parametrize(
    "text", ["https://a.example.org/b", "s3://", "s3://B/x", "s3://bucket//x", "s3://bucket/../x"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    tells({"keys/buckets/0/place": text}, "keys/buckets/0/place", "s3://bucket/prefix")
    for good in ("s3://abc", "s3://abc/", "s3://abc/d/e_f=1/"):
        assert TypeAdapter(Place).validate_python(good) == good


@pytest.mark.parametrize("text", ["", " a", "a\nb", "a" * 33, "a\u202eb"])
def test_a_label_is_one_line_of_32_characters(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(TokenLabel).validate_python(text)
