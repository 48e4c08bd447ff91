from pathlib import Path

import pytest

from blueprints.secret import nobody
from governance.signing import keyfile
from tce.keys.errors import CustodyError
from tce.keys.show import show
from tests.tce.keys.hospital import Hospital


def test_a_file_s_public_half_is_what_was_made_with_it(tmp_path: Path) -> None:
    private, public = keyfile.new(None)
    path = tmp_path / "anna.pem"
    path.write_bytes(private.reveal())
    shown = show(f"file:{path}", nobody, {})
    assert str(shown).encode() == public
    assert "PRIVATE" not in str(shown.as_json())


def test_the_evidence_key_is_the_one_in_the_repository(hospital: Hospital) -> None:
    uri = f"bao://{hospital.transit}/keys/evidence"
    shown = show(uri, lambda *_: hospital.bao.token, hospital.bao.environ())
    assert str(shown) == (hospital.folder / "keys/evidence.pem").read_text()


def test_what_does_not_sign_has_nothing_to_show() -> None:
    with pytest.raises(CustodyError, match="is no key that signs"):
        show("age:anna.age", nobody, {})
