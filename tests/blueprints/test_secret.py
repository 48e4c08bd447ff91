import pickle

import pytest

from blueprints.secret import NoSecretError, Secret, nobody, once


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret(b"hunter2")
    assert "hunter2" not in f"{secret!r} {secret} {[secret]}"
    assert secret.reveal() == b"hunter2"
    assert secret.text() == "hunter2"


def test_a_secret_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(Secret(b"hunter2"))


def test_where_nobody_can_be_asked_a_file_is_what_helps() -> None:
    with pytest.raises(NoSecretError, match="the PIN is needed") as caught:
        nobody("pin", "the PIN")
    assert caught.value.__notes__ == ["export TUTELA_PIN_FILE=FILE"]


def test_a_person_is_asked_once_for_what_is_always_the_same() -> None:
    asked: list[str] = []

    def ask(name: str, wanted: str) -> Secret:
        asked.append(wanted)
        return Secret(str(len(asked)).encode())

    remembered = once(ask, "pin")
    assert [remembered("pin", "PIN of token a").text() for _ in range(2)] == ["1", "1"]
    assert remembered("pin", "PIN of token b").text() == "2"
    # Two files may be called alike.
    assert [remembered("passphrase", "of x.age").text() for _ in range(2)] == ["3", "4"]
