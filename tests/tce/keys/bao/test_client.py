import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.keys.bao import kv, transit
from tce.keys.bao.client import Bao, connect
from tce.keys.bao.errors import (
    BaoError,
    DeniedError,
    DownError,
    MissingError,
    SealedError,
    SlowError,
    TokenError,
    TrustError,
    UninitialisedError,
)
from tests.labs.certificates import self_signed
from tests.labs.openbao import OpenBao
from tests.labs.ports import free_port

CANARY = "CANARY-SECRET-VALUE-7e1d"


@contextmanager
def answering(text: bytes, *, wait: float = 0.0) -> Iterator[str]:
    """A server that says this to everybody, after some time; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopped = threading.Event()

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    stopped.wait(wait)
                    connection.sendall(text)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stopped.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_sealed_one_is_told_with_what_to_type(bao: OpenBao) -> None:
    with bao.sealed(), pytest.raises(SealedError, match="is sealed") as raised:
        bao.root.read("sys/mounts")
    assert raised.value.__notes__ == ["tutela tce keys unseal DIR --root FOLDER"]
    assert bao.root.read("sys/mounts")


def test_one_that_was_never_initialised_is_told() -> None:
    with OpenBao() as new, pytest.raises(UninitialisedError, match="is not initialised"):
        new.connect(Secret(b"a")).read("sys/mounts")


def test_nobody_at_the_address_is_told() -> None:
    server = f"https://127.0.0.1:{free_port()}"
    with pytest.raises(DownError, match="cannot be reached"):
        connect(server, None, None).read("sys/health")


def test_a_slow_one_is_given_up() -> None:
    with answering(b"", wait=20) as server:
        began = time.monotonic()
        with pytest.raises(SlowError, match="does not answer in time"):
            connect(server, None, None, timeout=0.2).read("sys/health")
        assert time.monotonic() - began < 5


def test_one_that_closes_half_way_is_told() -> None:
    text = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with answering(text) as server, pytest.raises(DownError):
        connect(server, None, None).read("sys/health")


def test_something_else_at_the_address_is_told() -> None:
    text = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"
    with answering(text) as server, pytest.raises(BaoError, match="something else than OpenBao"):
        connect(server, None, None).read("sys/health")


def test_nothing_is_sent_to_where_an_answer_points() -> None:
    text = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.2/\r\nContent-Length: 0\r\n\r\n"
    with answering(text) as server, pytest.raises(DownError, match="sends elsewhere"):
        connect(server, None, Secret(b"a")).read("sys/health")


def test_another_authority_is_not_believed(bao: OpenBao, tmp_path: Path) -> None:
    other, _ = self_signed(tmp_path)
    with pytest.raises(TrustError, match="not of the authority") as raised:
        connect(bao.server, other, bao.token).read("sys/mounts")
    assert "export BAO_CACERT=FILE" in raised.value.__notes__[0]


def test_the_authorities_of_the_system_do_not_count_for_a_private_one(bao: OpenBao) -> None:
    with pytest.raises(TrustError):
        connect(bao.server, None, bao.token).read("sys/mounts")


def test_variables_of_requests_and_hvac_are_not_read(
    bao: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("VAULT_TOKEN", bao.token.text())
    assert bao.root.read("sys/mounts")
    with pytest.raises(TokenError, match="wants a token"):
        bao.connect().read("sys/mounts")


def test_a_token_that_expires_half_way_is_told_from_a_path_that_is_denied(bao: OpenBao) -> None:
    mount = bao.kv()
    client = bao.connect(bao.login({f"{mount}/data/a": ["create", "update", "read"]}))
    kv.put(client, mount, "a", {"x": "1"}, after=None)
    with pytest.raises(DeniedError, match=f"no policy of this token allows it: {mount}/data/b"):
        kv.get(client, mount, "b")
    accessor = client.as_token(bao.token).write(
        "auth/token/lookup", {"token": client._adapter.token}
    )["data"]["accessor"]
    bao.root.write("auth/token/revoke-accessor", {"accessor": accessor})
    with pytest.raises(TokenError, match="has expired") as raised:
        kv.put(client, mount, "a", {"x": "2"}, after=None)
    assert raised.value.__notes__ == ["bao login (or export TUTELA_TOKEN_FILE=FILE)"]
    assert kv.get(bao.root, mount, "a").data == {"x": "1"}


def test_a_token_never_known_is_told(bao: OpenBao) -> None:
    with pytest.raises(TokenError, match="is not known"):
        bao.connect(Secret(b"s.never")).read("sys/mounts")


def test_nothing_there_is_told(bao: OpenBao) -> None:
    with pytest.raises(MissingError):
        bao.root.read("no-such-engine/data/a")
    assert bao.root.names("no-such-engine/metadata") == []


def test_what_is_written_is_not_in_the_error(bao: OpenBao) -> None:
    mount = bao.kv()
    client = bao.connect(bao.login({f"{mount}/data/b": ["read"]}))
    with pytest.raises(DeniedError) as raised:
        kv.put(client, mount, "a", {"x": CANARY}, after=None)
    error: BaseException | None = raised.value
    assert CANARY not in str(error)
    assert error is not None
    assert error.__suppress_context__


def test_no_secret_stands_in_clear_in_the_audit_file(bao: OpenBao) -> None:
    mount, keys = bao.kv(), bao.transit()
    kv.put(bao.root, mount, "a", {"x": CANARY}, after=0)
    kv.get(bao.root, mount, "a")
    transit.make(bao.root, keys, "k", "aes256-gcm96")
    ciphertext = transit.encrypt(bao.root, keys, "k", Secret(CANARY.encode()))
    assert transit.decrypt(bao.root, keys, "k", ciphertext).text() == CANARY
    text = bao.audit.read_text()
    assert f'"path":"{mount}/data/a"' in text
    assert f'"path":"{keys}/decrypt/k"' in text
    assert CANARY not in text
    assert bao.token.text() not in text
    assert not any(key in text for key in bao.unseal_keys)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("http://bao.example.org:8200", "everybody on the way would read the token"),
        ("https://anna:pw@bao.example.org", "holds no password"),
        ("bao.example.org:8200", "not an address"),
        ("https://bao.example.org:8200/v1", "not an address"),
        ("https://", "not an address"),
    ],
)
def test_an_address_that_would_show_the_token_is_refused(server: str, words: str) -> None:
    with pytest.raises(BaoError, match=words):
        connect(server, None, None)


def test_a_missing_authority_is_refused_and_not_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(BaoError, match="there is no certificate"):
        connect("https://bao.example.org", tmp_path / "ca.pem", None)


def test_it_shows_its_address_only(bao: OpenBao) -> None:
    client = bao.connect(Secret(b"s.token"))
    assert repr(client) == f"Bao({bao.server})"
    assert (client.known, bao.connect().known) == (True, False)
    assert isinstance(client.as_token(None), Bao)


def test_threads_share_it(bao: OpenBao) -> None:
    mount, client = bao.kv(), bao.root
    threads = [
        threading.Thread(target=lambda n=n: kv.put(client, mount, f"a/{n}", {"n": str(n)}, after=0))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kv.names(client, mount, "a")) == 8


def test_a_snapshot_is_no_json(bao: OpenBao) -> None:
    assert bao.root.raw("sys/storage/raft/snapshot")[:2] == b"\x1f\x8b"
