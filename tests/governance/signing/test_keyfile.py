from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from governance.signing.envelope import sign, verify
from governance.signing.errors import SigningError
from governance.signing.keyfile import new, public, signer


def _written(folder: Path, passphrase: str | None) -> tuple[Path, bytes]:
    private, shown = new(Secret(passphrase.encode()) if passphrase else None)
    path = folder / "key.pem"
    path.write_bytes(private.reveal())
    return path, shown


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_a_key_file_signs_what_its_public_half_verifies(
    tmp_path: Path, passphrase: str | None
) -> None:
    path, shown = _written(tmp_path, passphrase)
    ours = signer(path, lambda name, wanted: Secret(b"correct horse"))
    text = sign(b"{}", "a/b", [ours])
    assert verify(text, "a/b", [public(shown, "key.pub")]).payload == b"{}"


def test_a_wrong_passphrase_is_told_without_saying_it(tmp_path: Path) -> None:
    path, _ = _written(tmp_path, "correct horse")
    with pytest.raises(SigningError, match="wrong passphrase") as caught:
        signer(path, lambda name, wanted: Secret(b"hunter2"))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_file_and_no_key_are_told(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="No such file"):
        signer(tmp_path / "none.pem", nobody)
    (tmp_path / "text.pem").write_text("hello")
    with pytest.raises(SigningError, match="no private key"):
        signer(tmp_path / "text.pem", nobody)
    with pytest.raises(SigningError, match="not a public key"):
        public(b"hello", "key.pub")
