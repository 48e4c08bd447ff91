import pickle

import pytest

from blueprints.secret import NoSecretError, Secret, nobody


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
