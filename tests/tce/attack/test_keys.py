from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

import pytest

from blueprints.secret import Secret, nobody
from tce.age import identities
from tce.age.keys import X25519Identity
from tce.age.passphrase import Passphrase
from tce.attack.errors import AttackError
from tce.attack.keys import given
from tce.keys.bao import kv
from tce.keys.bao.client import Bao
from tests.labs.openbao import OpenBao


def _nowhere() -> Bao:
    raise AssertionError("no OpenBao was named")


def test_a_file_of_identities_gives_them(tmp_path: Path) -> None:
    identity = X25519Identity.new(secrets.token_bytes)
    file = tmp_path / "anna"
    file.touch(mode=0o600)
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    file.write_bytes(identities.write(identity, now).reveal())
    for text in (str(file), f"age:{file}", f"file:{file}"):
        [found] = given([text], nobody, _nowhere)
        assert [str(one.recipient) for one in found.identities] == [str(identity.recipient)]
        assert found.passphrases == ()


def test_another_file_is_a_passphrase_with_its_last_line_end_and_without(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n")
    [found] = given([f"file:{tmp_path}/key"], nobody, _nowhere)
    assert found.passphrases == (b"hunter2\n", b"hunter2")
    assert found.name == f"file:{tmp_path}/key"
    assert "hunter2" not in repr(found)


def test_what_openbao_keeps_of_a_volume_is_a_passphrase(bao: OpenBao) -> None:
    mount = bao.kv()
    kv.put(bao.root, mount, "volumes/one", {"passphrase": "hunter2"}, after=None)
    [found] = given([f"bao://{mount}/data/volumes/one"], nobody, lambda: bao.root)
    assert found.passphrases == (b"hunter2",)


def test_a_key_that_opens_nothing_by_itself_is_refused(tmp_path: Path) -> None:
    for text in ("bao://mount/keys/name", "pkcs11:token=a;object=b"):
        with pytest.raises(AttackError, match="opens nothing by itself"):
            given([text], nobody, _nowhere)
    with pytest.raises(AttackError, match="No such file"):
        given([f"file:{tmp_path}/gone"], nobody, _nowhere)


def test_a_passphrase_of_identities_is_asked_for(tmp_path: Path) -> None:
    identity = X25519Identity.new(secrets.token_bytes)
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    # A short derivation: it is not what is tested.
    quick = Passphrase(Secret(b"hunter2"), 4)
    sealed = identities.protect(identities.write(identity, now), quick, secrets.token_bytes)
    (tmp_path / "sealed").write_bytes(sealed)
    asked = []

    def ask(name: str, wanted: str) -> Secret:
        asked.append(name)
        return Secret(b"hunter2")

    [found] = given([f"age:{tmp_path}/sealed"], ask, _nowhere)
    assert len(found.identities) == 1
    assert asked == ["passphrase"]
