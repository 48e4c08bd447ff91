from __future__ import annotations

import json

import pytest

from tce.attack import luks
from tce.attack.errors import AttackError
from tests.labs.luks import DATA, HEADER, volume

PLAIN = bytes(3000) + b"what the volume holds" + bytes(range(256)) * 40
PASSPHRASE = b"correct horse"


def _read(data: bytes, passphrase: bytes = PASSPHRASE) -> bytes | None:
    found = luks.read(data, "disk")
    key = luks.unlock(found, passphrase)
    return None if key is None else b"".join(luks.plaintext(found, key))


@pytest.mark.parametrize("argon", [False, True])
@pytest.mark.parametrize("sector", [512, 4096])
def test_a_volume_is_read_with_its_passphrase_alone(argon: bool, sector: int) -> None:
    data = volume(PLAIN, PASSPHRASE, argon=argon, sector=sector)
    assert b"what the volume holds" not in data
    found = _read(data)
    assert found is not None
    assert found.startswith(PLAIN)
    assert _read(data, b"correct hors") is None


def test_a_tweak_counts_sectors_of_512_bytes() -> None:
    data = volume(PLAIN, PASSPHRASE, sector=4096, tweak=16)
    found = _read(data)
    assert found is not None
    assert found.startswith(PLAIN)


def test_the_second_header_stands_in_for_a_damaged_one() -> None:
    data = volume(PLAIN, PASSPHRASE)
    damaged = data[:5000] + b"?" + data[5001:]
    found = _read(damaged)
    assert found is not None
    assert found.startswith(PLAIN)
    both = damaged[: HEADER + 5000] + b"?" + damaged[HEADER + 5001 :]
    with pytest.raises(AttackError, match="disk: a LUKS header that is damaged"):
        luks.read(both, "disk")


def test_what_is_none_is_known() -> None:
    assert luks.is_volume(volume(b"", PASSPHRASE))
    assert not luks.is_volume(b"LUKS")
    with pytest.raises(AttackError, match="LUKS1, which is not read here"):
        luks.read(luks.MAGIC + b"\0\1" + bytes(5000), "disk")


def test_a_volume_that_is_cut_gives_what_is_left() -> None:
    data = volume(PLAIN, PASSPHRASE)[: DATA + 4000]
    found = _read(data)
    assert found is not None
    assert found == PLAIN[: len(found)]
    assert len(found) == 3584


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"luks2"', b'"luksX"', "slot 0 cannot be tried"),
        (b'"pbkdf2", "hash"', b'"scrypt", "hash"', "slot 0 cannot be tried"),
    ],
)
def test_a_slot_that_cannot_be_tried_is_told(old: bytes, new: bytes, said: str) -> None:
    found = luks.read(volume(PLAIN, PASSPHRASE), "disk")
    text = json.dumps(found.metadata).encode()
    assert old in text
    other = luks.Volume(found.data, json.loads(text.replace(old, new)))
    with pytest.raises(AttackError, match=said):
        luks.unlock(other, PASSPHRASE)


def test_nothing_of_a_volume_is_shown() -> None:
    assert "salt" not in repr(luks.read(volume(PLAIN, PASSPHRASE), "disk"))
