import io
from pathlib import Path

import pytest

from blueprints.secret import NoSecretError
from tutela.secrets import Asker


def _asker(**environ: str) -> Asker:
    return Asker(environ, io.StringIO(), io.StringIO())


def _file(folder: Path, text: str, mode: int = 0o600) -> str:
    path = folder / "pin"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_a_secret_comes_from_the_file_that_the_environment_names(tmp_path: Path) -> None:
    asker = _asker(TUTELA_USER_PIN_FILE=_file(tmp_path, "1234\n"))
    assert asker.ask("user-pin", "the PIN").reveal() == b"1234"


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [("1234", 0o640, "can be read by others"), ("1234", 0o604, "others"), ("\n", 0o600, "empty")],
)
def test_a_file_that_keeps_no_secret_is_refused(
    tmp_path: Path, text: str, mode: int, said: str
) -> None:
    asker = _asker(TUTELA_PIN_FILE=_file(tmp_path, text, mode))
    with pytest.raises(NoSecretError, match=said):
        asker.ask("pin", "the PIN")


def test_a_file_that_is_not_there_is_told_with_the_variable(tmp_path: Path) -> None:
    asker = _asker(TUTELA_PIN_FILE=str(tmp_path / "none"))
    with pytest.raises(NoSecretError, match=r"TUTELA_PIN_FILE names .*No such file"):
        asker.ask("pin", "the PIN")


def test_without_file_and_terminal_nothing_is_asked() -> None:
    with pytest.raises(NoSecretError, match="no terminal"):
        _asker().ask("pin", "the PIN")
