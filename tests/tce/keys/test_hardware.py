"""Without a module: what is said before a token is asked. With SoftHSM: ``tests/real``."""

from pathlib import Path

import pytest

from blueprints.secret import NoSecretError, Secret, nobody
from tce.keys.hardware import TokenMissingError, session

PIN = Secret(b"CANARY-PIN-4711")


def test_a_library_has_to_be_named() -> None:
    with (
        pytest.raises(TokenMissingError, match="no PKCS #11 library is named") as raised,
        session("tce-root", None, nobody, {}),
    ):
        pass
    assert raised.value.__notes__ == ["export PKCS11_MODULE=FILE.so"]


def test_what_is_no_library_is_told_without_the_pin(tmp_path: Path) -> None:
    for module in (tmp_path / "none.so", Path(__file__)):
        with (
            pytest.raises(TokenMissingError, match="no PKCS #11 library") as raised,
            session("tce-root", module, lambda *_: PIN, {}),
        ):
            pass
        assert PIN.text() not in str(raised.value)
        assert raised.value.__suppress_context__


def test_without_a_pin_nothing_is_opened(tmp_path: Path) -> None:
    with (
        pytest.raises(NoSecretError, match="PIN of token tce-root"),
        session("tce-root", tmp_path / "none.so", nobody, {}),
    ):
        pass
