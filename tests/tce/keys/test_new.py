import base64
import os
import stat
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from governance.signing import keyfile
from tce.age import identities
from tce.keys.errors import CustodyError
from tce.keys.new import new
from tests.tce.keys.office import NOW


def test_a_key_to_sign_with_is_under_a_passphrase_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "anna.pem"
    made = new(file, "ed25519", lambda name, wanted: Secret(b"correct horse"), NOW, os.urandom)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signer = keyfile.signer(file, lambda name, wanted: Secret(b"correct horse"))
    assert bytes.fromhex(signer.public_key.keyval["public"]) == base64.b64decode(made.public)
    assert made.protected
    assert "without a passphrase" not in str(made)


def test_an_identity_to_open_with_is_one_that_age_reads(tmp_path: Path) -> None:
    made = new(tmp_path / "anna.age", "age", None, NOW, os.urandom)
    (identity,) = identities.load(tmp_path / "anna.age", nobody)
    assert str(identity.recipient) == made.public
    assert "without a passphrase" in str(made)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "anna.pem"
    new(file, "ed25519", None, NOW, os.urandom)
    before = file.read_bytes()
    with pytest.raises(CustodyError, match="never overwritten"):
        new(file, "ed25519", None, NOW, os.urandom)
    assert file.read_bytes() == before


def test_an_empty_passphrase_is_none(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match="protects nothing"):
        new(tmp_path / "x", "age", lambda name, wanted: Secret(b""), NOW, os.urandom)
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match="cannot write"):
        new(tmp_path / "no" / "x", "age", None, NOW, os.urandom)
