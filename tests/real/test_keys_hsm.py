"""The root in a real PKCS #11 token (SoftHSM), and OpenBao unsealed by it."""

import base64
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.keys.errors import CustodyError
from tce.keys.hardware import PinError, TokenMissingError, session
from tce.keys.root import plan
from tce.keys.root.elevated import root, unseal
from tce.keys.root.hsm import Token, WrappedError
from tce.keys.root.kept import Keeper, Root
from tce.keys.root.rotate import rotate
from tests.labs.openbao import OpenBao
from tests.labs.softhsm import SoftHsm, library
from tests.tce.keys.office import NOW, Office

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(library() is None, reason="no SoftHSM here"),
]
SECRET = Secret(bytes(range(32)))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def token(softhsm: SoftHsm) -> Token:
    return Token(softhsm.label, None, softhsm.pin, softhsm.environ)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)[:60]


def test_what_is_wrapped_comes_back_and_is_not_in_the_blob(token: Token, name: str) -> None:
    token.make(name)
    wrapped = token.wrap(name, SECRET)
    assert SECRET.reveal() not in wrapped
    assert token.unwrap(name, wrapped).reveal() == SECRET.reveal()


def test_every_changed_byte_of_the_blob_is_refused(token: Token, name: str) -> None:
    token.make(name)
    wrapped = token.wrap(name, SECRET)
    for place in range(len(wrapped)):
        changed = wrapped[:place] + bytes([wrapped[place] ^ 1]) + wrapped[place + 1 :]
        with pytest.raises(WrappedError, match="or it was changed"):
            token.unwrap(name, changed)
    for cut in (b"", wrapped[:-8], wrapped[:-1]):
        with pytest.raises(WrappedError):
            token.unwrap(name, cut)


def test_another_key_does_not_unwrap_it(token: Token, name: str) -> None:
    token.make(name)
    token.make(f"{name}-other")
    with pytest.raises(WrappedError, match="did not wrap this"):
        token.unwrap(f"{name}-other", token.wrap(name, SECRET))


def test_the_wrapping_key_never_leaves_the_token(softhsm: SoftHsm, token: Token, name: str) -> None:
    token.make(name)
    with session(softhsm.label, None, softhsm.pin, softhsm.environ) as opened:
        from pkcs11 import Attribute, Mechanism, ObjectClass
        from pkcs11.exceptions import PKCS11Error

        key = opened.get_key(label=name, object_class=ObjectClass.SECRET_KEY)
        assert key[Attribute.SENSITIVE] is True
        assert key[Attribute.EXTRACTABLE] is False
        with pytest.raises(PKCS11Error):
            _ = key[Attribute.VALUE]
        with pytest.raises(PKCS11Error):
            key.wrap_key(key, mechanism=Mechanism.AES_KEY_WRAP)
        # For wrapping only: what encrypts would decrypt a blob into anybody's memory.
        assert key[Attribute.ENCRYPT] is False
        assert key[Attribute.DECRYPT] is False


def test_a_key_is_not_made_over_another(token: Token, name: str) -> None:
    token.make(name)
    with pytest.raises(CustodyError, match="has a key"):
        token.make(name)


def test_what_a_destroyed_key_wrapped_is_gone(token: Token, name: str) -> None:
    token.make(name)
    wrapped = token.wrap(name, SECRET)
    assert token.destroy(name) is True
    assert token.has(name) is False
    assert token.destroy(name) is False
    with pytest.raises(TokenMissingError, match="has no such key"):
        token.unwrap(name, wrapped)


def test_a_wrong_pin_is_told_and_not_repeated(softhsm: SoftHsm) -> None:
    def ask(name: str, wanted: str) -> Secret:
        return Secret(b"9999-wrong")

    with pytest.raises(PinError, match="wrong PIN for token tce") as raised:
        Token(softhsm.label, None, ask, softhsm.environ).make("x")
    assert "9999" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_token_that_is_not_there_is_told(softhsm: SoftHsm) -> None:
    with pytest.raises(TokenMissingError, match="has no token elsewhere"):
        Token("elsewhere", None, softhsm.pin, softhsm.environ).make("x")


def _office(tmp_path: Path, softhsm: SoftHsm, label: str) -> Office:
    kept: dict[str, object] = {"kind": "pkcs11", "token": softhsm.label, "label": label}
    return Office(tmp_path / "hospital", root=kept).make()


def _keeper(office: Office, softhsm: SoftHsm) -> Keeper:
    return Keeper(office.place, "hospital", softhsm.pin, softhsm.environ)


def test_openbao_is_unsealed_by_the_token_alone(
    tmp_path: Path, softhsm: SoftHsm, bao: OpenBao, name: str
) -> None:
    office = _office(tmp_path, softhsm, name)
    keeper = _keeper(office, softhsm)
    how = plan.read(office.folder)
    secret = Secret(bytes.fromhex(bao.unseal_keys[0]))
    made = keeper.protect(secret, how, office.officers, NOW, os.urandom)
    assert bao.unseal_keys[0] not in (office.place / "generation-1/root.json").read_text()
    bao.seal()
    try:
        assert unseal(bao.connect(), keeper.recover([], [])) == made.generation
    finally:
        bao.unseal()


def test_with_the_wrapping_key_the_root_of_before_is_gone(
    tmp_path: Path, softhsm: SoftHsm, bao: OpenBao, name: str
) -> None:
    office = _office(tmp_path, softhsm, name)
    keeper = _keeper(office, softhsm)
    how = plan.read(office.folder)
    old = Secret(bytes.fromhex(bao.unseal_keys[0]))
    keeper.protect(old, how, office.officers, NOW, os.urandom)
    copy = (office.place / "generation-1/root.json").read_bytes()
    new: list[Secret] = []

    def protect(secret: Secret) -> Root:
        new.append(secret)
        return keeper.protect(secret, how, office.officers, NOW, os.urandom)

    made = rotate(bao.root, old, protect)
    bao.unseal_keys = [new[0].reveal().hex()]
    assert keeper.retire(made.generation) == (f"key {name}-1 of token tce destroyed",)
    # Somebody kept a copy of the file: without its key it is nothing.
    back = office.place / "generation-1"
    back.mkdir()
    (back / "root.json").write_bytes(copy)
    ((generation, secret),) = keeper.recover([], [])
    assert generation == 2
    with root(bao.root, secret):
        pass


KILLED = """
    import os, signal, sys
    sys.path.insert(0, {project!r})
    from pathlib import Path
    from blueprints.secret import Secret
    from tce.keys.bao.client import Bao, connect
    from tce.keys.root import plan
    from tce.keys.root.kept import Keeper
    from tce.keys.root.rotate import rotate
    from tce.keys.orders import officers
    from tests.tce.keys.office import NOW

    # Dies before or after the request that is counted {count}: by SIGKILL, as a machine would.
    sent = 0
    send = Bao._send

    def counted(self, method, path, **more):
        global sent
        sent += 1
        if sent == {count} and {before}:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(self, method, path, **more)
        if sent == {count}:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    folder = Path({folder!r})
    pin = lambda name, wanted: Secret(Path({pin!r}).read_bytes())
    keeper = Keeper(Path({place!r}), "hospital", pin, os.environ)
    bao = connect({server!r}, Path({ca!r}), Secret(Path({token!r}).read_bytes()))
    found = keeper.recover([], [])
    how = plan.read(folder)
    Bao._send = counted
    rotate(bao, found[0][1], lambda one: keeper.protect(
        one, how, officers.read(folder), NOW, os.urandom))
"""


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_killed_at_any_request_a_root_that_is_kept_is_in_force(
    tmp_path: Path, softhsm: SoftHsm, bao: OpenBao, count: int, before: bool
) -> None:
    office = _office(tmp_path, softhsm, f"killed-{count}-{before}")
    keeper = _keeper(office, softhsm)
    how = plan.read(office.folder)
    old = Secret(bytes.fromhex(bao.unseal_keys[0]))
    keeper.protect(old, how, office.officers, NOW, os.urandom)
    files = {"token": tmp_path / "token", "pin": Path(softhsm.pin_file()["TUTELA_PIN_FILE"])}
    bao.token_file(files["token"])
    text = textwrap.dedent(KILLED).format(
        project=str(ROOT),
        count=count,
        before=before,
        folder=str(office.folder),
        place=str(office.place),
        server=bao.server,
        ca=str(bao.ca),
        token=str(files["token"]),
        pin=str(files["pin"]),
    )
    ended = subprocess.run(
        [sys.executable, "-c", text], env={**os.environ, **softhsm.environ}, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    candidates = keeper.recover([], [])
    bao.seal()
    taken = unseal(bao.connect(), candidates)
    secret = dict(candidates)[taken]
    bao.unseal_keys = [secret.reveal().hex()]
    # The next rotation goes through, and clears what was left.
    new: list[Secret] = []

    def protect(one: Secret) -> Root:
        new.append(one)
        return keeper.protect(one, how, office.officers, NOW, os.urandom)

    made = rotate(bao.root, secret, protect)
    bao.unseal_keys = [new[0].reveal().hex()]
    keeper.retire(made.generation)
    assert [one.generation for one in keeper.generations()] == [made.generation]
    with root(bao.root, new[0]):
        pass


def test_no_secret_is_in_what_lies_on_the_disk(tmp_path: Path, softhsm: SoftHsm, name: str) -> None:
    office = _office(tmp_path, softhsm, name)
    keeper = _keeper(office, softhsm)
    keeper.protect(SECRET, plan.read(office.folder), office.officers, NOW, os.urandom)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            text = file.read_bytes()
            for form in (
                SECRET.reveal(),
                SECRET.reveal().hex().encode(),
                base64.b64encode(SECRET.reveal()),
            ):
                assert form not in text, file
