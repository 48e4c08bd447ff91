from pathlib import Path

import pytest
import yaml

from blueprints.secret import NoSecretError, nobody
from tce.keys.bao.errors import BaoError, TrustError
from tce.keys.bao.where import custody, find
from tce.keys.errors import CustodyError
from tests.labs.certificates import self_signed
from tests.labs.openbao import OpenBao
from tests.tce.custody.test_custody import EMPTY


def repository(folder: Path, server: str) -> Path:
    (folder / "keys").mkdir(parents=True)
    (folder / "keys/custody.yaml").write_text(yaml.safe_dump({**EMPTY, "server": server}))
    return folder


def test_the_repository_says_where_and_which_authority(bao: OpenBao, tmp_path: Path) -> None:
    folder = repository(tmp_path / "a", bao.server)
    with pytest.raises(TrustError):
        find(lambda *_: bao.token, {}, folder).read("sys/mounts")
    (folder / "keys/ca.pem").write_bytes(bao.ca.read_bytes())
    assert find(lambda *_: bao.token, {}, folder).read("sys/mounts")


def test_the_environment_comes_before_the_repository(bao: OpenBao, tmp_path: Path) -> None:
    folder = repository(tmp_path / "a", "https://bao.example.org:8200")
    other, _ = self_signed(tmp_path)
    (folder / "keys/ca.pem").write_bytes(other.read_bytes())
    client = find(lambda *_: bao.token, bao.environ(), folder)
    assert client.server == bao.server
    assert client.read("sys/mounts")


def test_without_an_address_nobody_is_asked() -> None:
    with pytest.raises(BaoError, match="no address of OpenBao is known"):
        find(nobody, {})


def test_a_token_is_taken_from_where_a_login_left_it(bao: OpenBao, tmp_path: Path) -> None:
    left = tmp_path / ".vault-token"
    left.touch(mode=0o600)
    left.write_bytes(bao.token.reveal() + b"\n")
    environ = {**bao.environ(), "HOME": str(tmp_path)}
    assert find(nobody, environ).read("sys/mounts")
    left.chmod(0o644)
    with pytest.raises(BaoError, match="can be read by others"):
        find(nobody, environ)


def test_a_token_that_is_named_comes_before_the_one_that_was_left(
    bao: OpenBao, tmp_path: Path
) -> None:
    left = tmp_path / ".vault-token"
    left.touch(mode=0o600)
    left.write_bytes(b"s.other")
    environ = {**bao.environ(), "HOME": str(tmp_path), "TUTELA_TOKEN_FILE": "somewhere"}
    assert find(lambda *_: bao.token, environ).read("sys/mounts")


def test_a_token_in_the_environment_is_not_read(bao: OpenBao) -> None:
    environ = {**bao.environ(), "BAO_TOKEN": bao.token.text()}
    with pytest.raises(NoSecretError):
        find(nobody, environ)
    assert find(nobody, environ, login=False).read("sys/health")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema: tutela/custody/v9", "schema"),
        ("a: [", "not YAML"),
        ("", "custody.yaml"),
    ],
)
def test_a_custody_of_another_form_is_refused(tmp_path: Path, text: str, words: str) -> None:
    folder = repository(tmp_path / "a", "https://bao.example.org")
    (folder / "keys/custody.yaml").write_text(text)
    with pytest.raises(CustodyError, match=words):
        custody(folder)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match="No such file"):
        custody(tmp_path)
