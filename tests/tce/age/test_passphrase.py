import pickle

import pyrage
import pytest

from blueprints.secret import Secret
from tce.age import whole
from tce.age.errors import HeaderError, NoIdentityError
from tce.age.passphrase import Passphrase
from tce.age.stanza import Stanza, unpadded
from tests.tce.age.sealed import ANNA, counted

HORSE = Passphrase(Secret(b"correct horse"), 10)
SALT = unpadded(bytes(16))


def test_another_client_opens_what_is_under_a_passphrase() -> None:
    sealed = whole.seal(Secret(b"content"), [HORSE], counted())
    assert pyrage.passphrase.decrypt(sealed, "correct horse") == b"content"
    assert whole.open(sealed, [HORSE]).reveal() == b"content"


def test_another_passphrase_does_not() -> None:
    sealed = whole.seal(Secret(b"content"), [HORSE], counted())
    with pytest.raises(NoIdentityError, match="1 recipients: scrypt"):
        whole.open(sealed, [Passphrase(Secret(b"battery"))])


def test_a_recipient_is_not_its_business() -> None:
    stanza = ANNA.recipient.wrap(Secret(bytes(16)), counted())
    assert HORSE.unwrap(stanza) is None


@pytest.mark.parametrize(
    ("args", "size", "said"),
    [
        ((SALT,), 32, "written wrongly"),
        ((SALT, "10", "x"), 32, "written wrongly"),
        ((SALT, "10"), 33, "written wrongly"),
        ((unpadded(bytes(15)), "10"), 32, "written wrongly"),
        ((SALT, "010"), 32, "written wrongly"),
        ((SALT, "+9"), 32, "written wrongly"),
        ((SALT, "23"), 32, "more work"),
        ((SALT, "9" * 5000), 32, "more work"),
    ],
)
def test_a_stanza_that_is_written_wrongly_is_an_error(
    args: tuple[str, ...], size: int, said: str
) -> None:
    with pytest.raises(HeaderError, match=said):
        HORSE.unwrap(Stanza("scrypt", args, bytes(size)))


def test_a_passphrase_shows_nothing_of_itself() -> None:
    assert "horse" not in repr(HORSE)
    with pytest.raises(TypeError):
        pickle.dumps(HORSE)
