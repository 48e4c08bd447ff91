from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from blueprints.secret import Secret, nobody
from governance.signing import envelope, keyfile
from tce.keys import extra
from tutela.signers import Signers


def _key(path: Path, passphrase: Secret | None = None) -> bytes:
    private, public = keyfile.new(passphrase)
    path.touch(0o600)
    path.write_bytes(private.reveal())
    return public


def test_a_key_file_signs_and_its_passphrase_is_asked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(name: str, _: str) -> Secret:
        asked.append(name)
        return Secret(b"correct horse")

    public = _key(tmp_path / "anna.pem", Secret(b"correct horse"))
    signer = Signers(ask, {}).by_uri(f"file:{tmp_path / 'anna.pem'}", None)
    text = envelope.sign(b"{}", "text/plain", [signer])
    assert envelope.verify(text, "text/plain", [keyfile.public(public, "anna")]).payload == b"{}"
    assert asked == ["passphrase"]


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("age:identity.txt", "no key that signs"),
        ("bao://tce-hospital-csi/data/volume", "no key that signs"),
        ("ftp://key", "names no kind of key"),
        ("file:absent.pem", "No such file"),
        ("pkcs11:token=a;object=b;pin-value=1234", "a PIN never stands in a URI"),
    ],
)
def test_what_does_not_sign_is_told(uri: str, why: str) -> None:
    with pytest.raises(ExpectedError, match=why) as caught:
        Signers(nobody, {}).by_uri(uri, None)
    assert "1234" not in str(caught.value)


def test_what_is_not_installed_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "missing", lambda: ("securesystemslib",))
    with pytest.raises(ExpectedError, match="not installed: securesystemslib") as caught:
        Signers(nobody, {}).by_uri("file:key.pem", None)
    assert caught.value.__notes__ == ["pip install 'tutela[keys]'"]
