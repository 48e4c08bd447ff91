import secrets

import pytest

from tce.keys.bao import identities, kv, transit
from tce.keys.bao.errors import BaoError, ConflictError, GoneKeyError, MissingError
from tce.keys.bao.identities import Wrapped
from tce.keys.errors import CustodyError
from tce.keys.uri import BaoKey
from tests.labs.openbao import OpenBao

PATH = "identities/genomes"


class Place:
    """Engines of one test."""

    def __init__(self, bao: OpenBao) -> None:
        self.bao = bao.root
        self.keys, self.values = bao.transit(), bao.kv()
        self.key = f"{self.keys}/keys/genomes"
        transit.make(self.bao, self.keys, "genomes", "aes256-gcm96")

    def make(self, after: Wrapped | None = None) -> Wrapped:
        return identities.make(
            self.bao, self.values, PATH, self.key, secrets.token_bytes, after=after
        )

    def load(self) -> list[str]:
        found = identities.load(self.bao, BaoKey(self.values, "data", PATH))
        return [str(one.recipient) for one in found]


@pytest.fixture
def place(bao: OpenBao) -> Place:
    return Place(bao)


def test_an_identity_lies_wrapped_and_is_unwrapped_by_its_key(place: Place) -> None:
    made = place.make()
    assert (made.version, made.epoch) == (1, 1)
    entry = kv.get(place.bao, place.values, PATH)
    assert "AGE-SECRET-KEY" not in str(dict(entry.data))
    assert str(identities.opened(place.bao, made).recipient) == made.recipient
    assert place.load() == [made.recipient]


def test_older_epochs_open_until_they_are_destroyed(place: Place) -> None:
    first = place.make()
    second = place.make(first)
    assert second.epoch == 2
    assert place.load() == [second.recipient, first.recipient]
    kv.destroy(place.bao, place.values, PATH, [first.version])
    assert place.load() == [second.recipient]


def test_the_same_identity_wrapped_anew_is_the_same_epoch(place: Place) -> None:
    made = place.make()
    transit.rotate(place.bao, place.keys, "genomes")
    again = identities.rewrap(place.bao, place.values, PATH, made)
    assert (again.epoch, again.version, again.recipient) == (1, 2, made.recipient)
    assert again.ciphertext.startswith("vault:v2:")
    assert place.load() == [made.recipient]


def test_two_officers_at_once_make_one_epoch(place: Place) -> None:
    seen = place.make()
    place.make(seen)
    with pytest.raises(ConflictError):
        place.make(seen)
    with pytest.raises(ConflictError):
        place.make()


def test_without_its_key_no_identity_is_had(place: Place) -> None:
    place.make()
    transit.delete(place.bao, place.keys, "genomes")
    with pytest.raises(GoneKeyError):
        place.load()


def test_an_entry_of_something_else_is_refused(place: Place) -> None:
    with pytest.raises(MissingError):
        place.load()
    kv.put(place.bao, place.values, PATH, {"a": "b"}, after=0)
    with pytest.raises(BaoError, match="holds no identity"):
        place.load()


def test_an_entry_that_names_another_recipient_is_refused(place: Place) -> None:
    made = place.make()
    other = place.make(made)
    swapped = Wrapped(1, 1, other.recipient, made.key, made.ciphertext)
    with pytest.raises(CustodyError, match="unwraps another identity"):
        identities.opened(place.bao, swapped)
