"""The configuration of OpenBao's own server: OpenBao starts with it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pygohcl

from tce.keys.bao.client import connect
from tce.keys.bao.errors import BaoError
from tce.render.custody import server
from tests.labs.certificates import self_signed
from tests.labs.openbao import program
from tests.labs.ports import free_port
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.cluster.rendered import texts


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = pygohcl.loads(text)
    return found


def test_it_says_who_is_asked_what_is_written_down_and_nothing_secret() -> None:
    said = read(texts(server.files, typed())[server.PATH])
    assert said["api_addr"] == "https://bao.hospital.example.org:8200"
    assert said["listener"]["tcp"]["tls_min_version"] == "tls13"
    assert said["audit"]["file"]["main"]["options"]["file_path"] == server.AUDIT
    assert "tls_disable" not in said["listener"]["tcp"]
    assert "seal" not in said


def test_the_seal_of_a_module_is_rendered_apart_and_said_not_to_have_been_run() -> None:
    assert server.SEAL not in texts(server.files, typed())
    text = texts(server.files, typed(example=ALPS))[server.SEAL]
    assert read(text)["seal"]["pkcs11"] == {
        "lib": "/usr/lib/softhsm/libsofthsm2.so",
        "token_label": "genomics",
        "key_label": "tce-root",
    }
    assert "not run by the tests" in text
    assert "pin" not in read(text)["seal"]["pkcs11"]


def test_openbao_starts_with_it(tmp_path: Path) -> None:
    port, cluster = free_port(), free_port()
    self_signed(tmp_path)
    text = texts(server.files, typed())[server.PATH]
    for old, new in {
        "[::]:8200": f"127.0.0.1:{port}",
        "[::]:8201": f"127.0.0.1:{cluster}",
        server.DATA: str(tmp_path / "data"),
        server.AUDIT: str(tmp_path / "audit.log"),
        server.SETTINGS: str(tmp_path),
    }.items():
        assert f'"{old}' in text
        text = text.replace(f'"{old}', f'"{new}')
    (tmp_path / "data").mkdir()
    (tmp_path / "server.hcl").write_text(text)
    with (tmp_path / "log").open("wb") as log:
        child = subprocess.Popen(
            [program(), "server", f"-config={tmp_path}/server.hcl"], stdout=log, stderr=log
        )
    try:
        client = connect(f"https://127.0.0.1:{port}", tmp_path / "server.crt", None, 5)
        until = time.monotonic() + 20
        while True:
            try:
                said = client.read("sys/seal-status")
                break
            except BaoError:
                assert child.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
        assert (said["type"], said["initialized"], said["storage_type"]) == (
            "shamir",
            False,
            "raft",
        )
    finally:
        child.terminate()
        child.wait(10)
