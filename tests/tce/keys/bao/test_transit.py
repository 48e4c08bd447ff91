import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from blueprints.secret import Secret
from tce.keys.bao import transit
from tce.keys.bao.errors import BaoError, GoneKeyError
from tests.labs.openbao import OpenBao

PLAIN = Secret(b"AGE-SECRET-KEY-1MADEUP")


@pytest.fixture(scope="module")
def mount(bao: OpenBao) -> str:
    return bao.transit()


def test_what_is_encrypted_comes_back_also_under_a_new_version(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "a", "aes256-gcm96")
    first = transit.encrypt(bao.root, mount, "a", PLAIN)
    assert transit.rotate(bao.root, mount, "a") == 2
    second = transit.rewrap(bao.root, mount, "a", first)
    assert (first[:9], second[:9]) == ("vault:v1:", "vault:v2:")
    for text in (first, second):
        assert transit.decrypt(bao.root, mount, "a", text).reveal() == PLAIN.reveal()


def test_a_retired_version_opens_nothing(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "b", "aes256-gcm96")
    old = transit.encrypt(bao.root, mount, "b", PLAIN)
    transit.rotate(bao.root, mount, "b")
    new = transit.rewrap(bao.root, mount, "b", old)
    transit.retire(bao.root, mount, "b", 2)
    with pytest.raises(GoneKeyError):
        transit.decrypt(bao.root, mount, "b", old)
    assert transit.decrypt(bao.root, mount, "b", new).reveal() == PLAIN.reveal()
    assert transit.state(bao.root, mount, "b").lowest == 2


def test_a_deleted_key_opens_nothing_and_says_so(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "c", "aes256-gcm96")
    text = transit.encrypt(bao.root, mount, "c", PLAIN)
    transit.delete(bao.root, mount, "c")
    with pytest.raises(GoneKeyError, match=f"{mount}/decrypt/c: encryption key not found"):
        transit.decrypt(bao.root, mount, "c", text)
    for gone in (transit.state, transit.rotate, transit.delete):
        with pytest.raises(GoneKeyError):
            gone(bao.root, mount, "c")


def test_signatures_are_by_the_version_that_is_named(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "d", "ed25519")
    transit.rotate(bao.root, mount, "d")
    public = transit.state(bao.root, mount, "d").public
    assert sorted(public) == [1, 2]
    for version, raw in public.items():
        signature = transit.sign(bao.root, mount, "d", b"payload", version)
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, b"payload")


def test_a_key_cannot_be_taken_out(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "e", "aes256-gcm96", 3600)
    state = transit.state(bao.root, mount, "e")
    assert (state.exportable, state.backup, state.deletable) == (False, False, False)
    assert (state.rotate_seconds, state.public) == (3600, {})
    with pytest.raises(BaoError):
        bao.root.read(f"{mount}/export/encryption-key/e")


def test_a_key_that_does_not_sign_says_so(bao: OpenBao, mount: str) -> None:
    transit.make(bao.root, mount, "f", "aes256-gcm96")
    with pytest.raises(BaoError):
        transit.sign(bao.root, mount, "f", b"payload", 1)
