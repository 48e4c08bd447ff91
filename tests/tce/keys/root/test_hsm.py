from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from tce.keys.errors import CustodyError
from tce.keys.hardware import TokenMissingError
from tce.keys.root.hsm import Token

# Everything that a real token does and refuses: tests/real/test_keys_hsm.py.


def _pin(name: str, wanted: str) -> Secret:
    return Secret(b"1234")


def test_a_module_that_nobody_names_is_told() -> None:
    with pytest.raises(TokenMissingError, match="no PKCS #11 library is named"):
        Token("tce", None, _pin, {}).make("root-1")


def test_a_library_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(b"no library")
    with pytest.raises(TokenMissingError, match="no PKCS #11 library"):
        Token("tce", tmp_path / "x.so", _pin, {}).wrap("root-1", Secret(bytes(32)))


def test_what_is_no_unseal_key_is_not_wrapped() -> None:
    with pytest.raises(CustodyError, match="32 bytes"):
        Token("tce", None, nobody, {}).wrap("root-1", Secret(b"short"))
