import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.secret import Ask, nobody
from tce.age import identities as files
from tce.age.keys import X25519Identity
from tce.keys.bao import identities, transit
from tce.keys.errors import CustodyError
from tce.seal.identity import of
from tce.seal.setting import Setting
from tests.labs.openbao import OpenBao
from tests.tce.seal.people import NOW, secret


def setting(ask: Ask = nobody, **environ: str) -> Setting:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    return Setting(now, secrets.token_bytes, ask, environ, lambda _: None)


def test_a_file_of_identities_opens(tmp_path: Path) -> None:
    mine = X25519Identity.new(secrets.token_bytes)
    secret(tmp_path / "id", files.write(mine, NOW).reveal())
    for said in (str(tmp_path / "id"), f"age:{tmp_path / 'id'}"):
        (found,) = of([said], setting())
        assert found.recipient == mine.recipient


def test_a_bucket_s_identity_is_unwrapped_by_openbao(bao: OpenBao) -> None:
    wrapping, kept = bao.transit(), bao.kv()
    transit.make(bao.root, wrapping, "bucket", "aes256-gcm96")
    key = f"{wrapping}/keys/bucket"
    first = identities.make(bao.root, kept, "identities/b", key, secrets.token_bytes, after=None)
    second = identities.make(bao.root, kept, "identities/b", key, secrets.token_bytes, after=first)
    ours = setting(lambda _name, _wanted: bao.token, **bao.environ())
    found = of([f"bao://{kept}/data/identities/b"], ours)
    assert [str(one.recipient) for one in found] == [second.recipient, first.recipient]


def test_a_key_that_signs_opens_nothing() -> None:
    for said in ("file:anna.pem", "bao://m/keys/k"):
        with pytest.raises(CustodyError, match="no identity that opens"):
            of([said], setting())
