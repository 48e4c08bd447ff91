import io
import logging
import pickle
import traceback

import pytest
from pyrage import x25519

from blueprints.secret import Secret
from tce.age import bech32
from tce.age.errors import HeaderError, KeyTextError
from tce.age.keys import X25519Identity, X25519Recipient
from tce.age.stanza import Stanza, unpadded
from tests.tce.age.sealed import ANNA, BERT, counted

FILE_KEY = Secret(bytes(range(16)))


def test_an_identity_is_written_and_read() -> None:
    identity = X25519Identity.new(counted("new"))
    assert X25519Identity.parse(identity.text()).recipient == identity.recipient
    assert X25519Recipient.parse(str(identity.recipient)) == identity.recipient


def test_another_client_derives_the_same_recipient() -> None:
    theirs = x25519.Identity.from_str(ANNA.text().text())
    assert str(theirs.to_public()) == str(ANNA.recipient)
    made = x25519.Identity.generate()
    assert str(X25519Identity.parse(Secret(str(made).encode())).recipient) == str(made.to_public())


def test_only_the_identity_unwraps() -> None:
    stanza = ANNA.recipient.wrap(FILE_KEY, counted())
    opened = ANNA.unwrap(stanza)
    assert opened is not None
    assert opened.reveal() == FILE_KEY.reveal()
    assert BERT.unwrap(stanza) is None
    assert ANNA.unwrap(Stanza("scrypt", stanza.args, stanza.body)) is None


@pytest.mark.parametrize(
    ("stanza", "said"),
    [
        (Stanza("X25519", (), bytes(32)), "one argument"),
        (Stanza("X25519", ("a", "b"), bytes(32)), "one argument"),
        (Stanza("X25519", (unpadded(bytes(31)),), bytes(32)), "lengths"),
        (Stanza("X25519", (unpadded(bytes(32)),), bytes(33)), "lengths"),
        (Stanza("X25519", (unpadded(bytes(32)),), bytes(32)), "low order"),
        (Stanza("X25519", (unpadded(bytes(32)) + "=",), bytes(32)), "base 64"),
    ],
)
def test_a_stanza_that_is_written_wrongly_is_an_error(stanza: Stanza, said: str) -> None:
    with pytest.raises(HeaderError, match=said):
        ANNA.unwrap(stanza)


def test_nothing_is_sealed_to_a_point_of_low_order() -> None:
    with pytest.raises(KeyTextError, match="anybody could open"):
        X25519Recipient(bytes(32)).wrap(FILE_KEY, counted())


@pytest.mark.parametrize(
    "text",
    ["", "anna", "age1qqqq", "age1pq1qqqq", bech32.encode("age", bytes(31)), "ssh-ed25519 AAAA"],
)
def test_refuses_what_is_no_recipient(text: str) -> None:
    with pytest.raises(KeyTextError, match="not an age recipient"):
        X25519Recipient.parse(text)


def test_an_identity_in_place_of_a_recipient_is_not_repeated() -> None:
    secret = ANNA.text().text()
    with pytest.raises(KeyTextError) as caught:
        X25519Recipient.parse(secret)
    assert "age-keygen -y" in caught.value.__notes__[0]
    assert secret not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("change", [str.lower, lambda text: text[:-1], lambda text: f"{text}Q"])
def test_a_mistyped_identity_is_not_repeated(change: type[str]) -> None:
    with pytest.raises(KeyTextError) as caught:
        X25519Identity.parse(Secret(change(ANNA.text().text()).encode()))
    said = "".join(traceback.format_exception(caught.value))
    assert "not an age identity" in said
    assert ANNA.text().text()[20:40].lower() not in said.lower()


def test_an_identity_shows_nothing_of_itself() -> None:
    log = io.StringIO()
    logging.getLogger("tests").addHandler(logging.StreamHandler(log))
    logging.getLogger("tests").warning("%r %s", ANNA, ANNA)
    assert ANNA.text().text()[15:] not in log.getvalue()
    assert str(ANNA.recipient) in log.getvalue()
    with pytest.raises(TypeError):
        pickle.dumps(ANNA)
