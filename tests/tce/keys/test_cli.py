"""Command lines of keys, in this process: what goes to which operation, and how errors look."""

import json
from pathlib import Path

import pytest

from tests.labs.ports import free_port
from tests.program import Ran, run
from tests.tce.keys.hospital import Hospital


def keys(hospital: Hospital, *words: object, token: str | None = "officer") -> Ran:
    environ = hospital.bao.environ()
    if token is not None:
        file = hospital.folder.parent / hospital.bao.unique("token")
        environ |= hospital.bao.token_file(file, None if token == "root" else hospital.token(token))
    return run("tce", "keys", *map(str, words), environ=environ)


def test_status_and_apply_as_somebody_who_may(hospital: Hospital) -> None:
    ran = keys(hospital, "status", hospital.folder, token="root")
    assert (ran.code, "unsealed" in ran.out, "not looked at" in ran.out) == (0, True, False)
    ran = keys(hospital, "apply", hospital.folder, "--dry-run", "--json", token="root")
    said = json.loads(ran.out)
    assert (said["schema"], said["done"]) == ("tutela/keys-applied/v1", [])


def test_status_as_nobody_asks_for_nothing(hospital: Hospital) -> None:
    ran = keys(hospital, "status", hospital.folder, "--no-login", token=None)
    assert (ran.code, ran.err) == (0, "")


def test_without_a_token_it_is_said_how_to_give_one(hospital: Hospital) -> None:
    ran = keys(hospital, "status", hospital.folder, token=None)
    assert ran.code == 1
    assert "hint: export TUTELA_TOKEN_FILE=FILE" in ran.err


def test_a_login_from_hand_out_to_token(hospital: Hospital, tmp_path: Path) -> None:
    out, token = tmp_path / "pipeline.json", tmp_path / "token"
    ran = keys(hospital, "hand-out", "sender", hospital.folder, "--for", "p", "--out", out)
    assert ran.code == 0, ran.err
    ran = keys(hospital, "login", out, hospital.folder, "--out", token, token=None)
    assert ran.code == 0, ran.err
    assert token.read_text().strip() not in ran.out + ran.err


def test_a_public_key_is_printed_as_it_is_committed(hospital: Hospital) -> None:
    uri = f"bao://{hospital.transit}/keys/evidence"
    ran = keys(hospital, "public", uri, token="auditor")
    assert ran.out == (hospital.folder / "keys/evidence.pem").read_text()


def test_a_rotation_under_an_order_needs_the_root(hospital: Hospital, tmp_path: Path) -> None:
    order = hospital.office.order("rotate", "bucket-genomes")
    ran = keys(hospital, "rotate", "bucket-genomes", hospital.folder, "--order", order)
    assert ran.code == 1
    assert "the root is needed" in ran.err
    ran = keys(hospital, "rotate", "etcd", hospital.folder)
    assert ran.code == 0, ran.err


def test_what_is_wrong_is_one_line_and_no_traceback(hospital: Hospital, tmp_path: Path) -> None:
    words = ("tce", "keys", "status", str(hospital.folder), "--no-login")
    environ = hospital.bao.environ()
    down = run(*words, environ={**environ, "BAO_ADDR": f"https://127.0.0.1:{free_port()}"})
    plain = run(*words, environ={**environ, "BAO_ADDR": "http://bao.example.org:8200"})
    with hospital.bao.sealed():
        sealed = keys(hospital, "rotate", "etcd", hospital.folder, token=None)
    initialised = keys(
        hospital,
        *("init", hospital.folder, "--root", tmp_path / "root"),
        *("--officer", "anna", "--login", tmp_path / "anna.json"),
        token=None,
    )
    for ran, words_ in (
        (down, "cannot be reached"),
        (plain, "would read the token"),
        (sealed, "token of OpenBao is needed"),
        (initialised, "is initialised already"),
    ):
        assert (ran.code, ran.out) == (1, "")
        lines = ran.err.splitlines()
        assert words_ in lines[0]
        assert all(line.startswith(("tutela: error: ", "tutela: hint: ")) for line in lines)


@pytest.mark.parametrize("command", ["status", "apply"])
def test_a_folder_that_is_no_environment_is_refused(
    hospital: Hospital, tmp_path: Path, command: str
) -> None:
    ran = keys(hospital, command, tmp_path, token="root")
    assert (ran.code, "custody.yaml: No such file" in ran.err) == (1, True)
