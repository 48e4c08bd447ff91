import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from governance.signing import envelope, keyfile
from tce.keys.bao import transit
from tce.keys.bao.errors import DownError, GoneKeyError
from tce.keys.errors import CustodyError
from tce.keys.signers import TransitSigner, public_keys, signer
from tce.keys.uri import parse
from tests.labs.openbao import OpenBao
from tests.labs.ports import free_port

TYPE = "application/vnd.example+json"


@pytest.fixture(scope="module")
def mount(bao: OpenBao) -> str:
    mount = bao.transit()
    transit.make(bao.root, mount, "evidence", "ed25519")
    return mount


def test_transit_signs_what_anybody_verifies(bao: OpenBao, mount: str) -> None:
    uri = parse(f"bao://{mount}/keys/evidence")
    ask = lambda name, wanted: bao.token  # noqa: E731
    one = signer(uri, ask, bao.environ())
    text = envelope.sign(b"payload", TYPE, [one])
    proved = envelope.verify(text, TYPE, public_keys(uri, ask, bao.environ()))
    assert proved.keyids == (one.public_key.keyid,)


def test_a_rotation_in_between_leaves_a_signature_valid(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "rotated", "ed25519")
    one = TransitSigner(bao.root, mount, "rotated")
    transit.rotate(bao.root, mount, "rotated")
    text = envelope.sign(b"payload", TYPE, [one])
    assert envelope.verify(text, TYPE, [one.public_key]).payload == b"payload"
    newer = TransitSigner(bao.root, mount, "rotated")
    assert newer.public_key.keyid != one.public_key.keyid
    known = public_keys(parse(f"bao://{mount}/keys/rotated"), lambda *_: bao.token, bao.environ())
    assert [one.keyid for one in known] == [one.public_key.keyid, newer.public_key.keyid]


def test_a_key_that_is_gone_signs_nothing_more(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "gone", "ed25519")
    one = TransitSigner(bao.root, mount, "gone")
    transit.delete(bao.root, mount, "gone")
    with pytest.raises(GoneKeyError):
        envelope.sign(b"payload", TYPE, [one])
    with pytest.raises(GoneKeyError):
        TransitSigner(bao.root, mount, "gone")


def test_a_key_that_encrypts_is_refused(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "wraps", "aes256-gcm96")
    with pytest.raises(CustodyError, match="is of type aes256-gcm96, not ed25519"):
        TransitSigner(bao.root, mount, "wraps")


def test_a_file_signs_and_shows_its_public_half(tmp_path: Path) -> None:
    private, public = keyfile.new(None)
    path = tmp_path / "anna.pem"
    path.write_bytes(private.reveal())
    uri = parse(f"file:{path}")
    text = envelope.sign(b"payload", TYPE, [signer(uri, nobody, {})])
    assert envelope.verify(text, TYPE, [keyfile.public(public, "anna")]).payload == b"payload"
    (key,) = public_keys(uri, nobody, {})
    assert key.keyid == keyfile.public(public, "anna").keyid


@pytest.mark.parametrize("uri", ["age:anna.age", "bao://tce-wrapped/data/identities/genomes"])
def test_what_opens_does_not_sign(uri: str) -> None:
    with pytest.raises(CustodyError, match="is no key that signs"):
        signer(parse(uri), nobody, {})


def test_an_openbao_that_is_down_is_told() -> None:
    environ = {"BAO_ADDR": f"https://127.0.0.1:{free_port()}"}
    with pytest.raises(DownError):
        signer(parse("bao://tce/keys/evidence"), lambda *_: Secret(b"s.a"), environ)


def test_securesystemslib_s_own_way_asks_for_no_token() -> None:
    with pytest.raises(NotImplementedError):
        TransitSigner.from_priv_key_uri("bao://a/keys/b", None)


def test_a_key_file_needs_neither_hvac_nor_pkcs11(tmp_path: Path) -> None:
    private, _ = keyfile.new(None)
    (tmp_path / "anna.pem").write_bytes(private.reveal())
    code = (
        "import sys; sys.modules['hvac'] = sys.modules['pkcs11'] = None\n"
        "from tce.keys.signers import signer; from tce.keys.uri import parse\n"
        "from blueprints.secret import nobody\n"
        "print(len(signer(parse('file:anna.pem'), nobody, {}).sign(b'a').signature))\n"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (ran.stdout, ran.stderr) == ("128\n", "")
