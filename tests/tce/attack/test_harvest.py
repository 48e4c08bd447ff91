from __future__ import annotations

import base64
import secrets

from tce.age.keys import X25519Identity
from tce.attack.harvest import Harvest


def _harvest(*texts: bytes, public: bool = False) -> Harvest:
    found = Harvest()
    for text in texts:
        found.take(text, public=public)
    return found


def test_values_of_a_secret_come_first_decoded_too() -> None:
    text = b"kind: Secret\ndata:\n  value: " + base64.b64encode(b"the passphrase") + b"\n"
    lines = b"\n".join(b"line %d of something else" % number for number in range(100))
    found = _harvest(lines, text).passphrases
    assert found.index(b"the passphrase") < found.index(b"line 1 of something else")
    assert found.index(b"the passphrase") <= 2


def test_what_is_called_after_a_secret_comes_before_other_lines() -> None:
    found = _harvest(b"name: something\nluks_passphrase = 'hunter2-hunter2'\n").passphrases
    assert found[0] == b"hunter2-hunter2"
    assert b"something" in found


def test_json_is_read_as_lines_are() -> None:
    found = _harvest(b'{"CRYPTO_KEY_VALUE": "hunter2-hunter2", "other": "another-value"}')
    assert found.passphrases[0] == b"hunter2-hunter2"


def test_what_everybody_reads_comes_last() -> None:
    found = Harvest()
    found.take(b"token: in-the-repository\n", public=True)
    found.take(b"just a line of the holdings\n", public=False)
    assert found.passphrases.index(b"just a line of the holdings") < found.passphrases.index(
        b"in-the-repository"
    )


def test_a_small_file_is_a_key_as_a_whole() -> None:
    key = bytes(range(64))
    assert key in _harvest(key).passphrases
    assert b"line" in _harvest(b"line\n").passphrases


def test_file_keys_are_16_bytes_or_their_hex() -> None:
    key = bytes(range(16))
    assert [one.reveal() for one in _harvest(key).file_keys] == [key]
    assert [one.reveal() for one in _harvest(b"key: " + key.hex().encode()).file_keys] == [key]


def test_identities_are_kept_once() -> None:
    text = X25519Identity.new(secrets.token_bytes).text().reveal()
    assert len(_harvest(text, b"again: " + text).identities) == 1


def test_nothing_of_it_is_shown() -> None:
    assert "hunter2" not in repr(_harvest(b"password: hunter2-hunter2"))
