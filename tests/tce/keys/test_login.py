import json
from pathlib import Path

import pytest

from tce.keys.bao import transit
from tce.keys.bao.errors import DeniedError, MissingError
from tce.keys.bao.where import custody
from tce.keys.errors import CustodyError
from tce.keys.login import hand_out, login
from tests.tce.keys.hospital import Hospital


def test_a_login_is_handed_out_and_gives_a_token_that_may_what_its_policy_says(
    hospital: Hospital, tmp_path: Path
) -> None:
    declared, officer = custody(hospital.folder), hospital.as_("officer")
    file, out = tmp_path / "pipeline.json", tmp_path / "token"
    made = hand_out(declared, officer, "sender", "pipeline", file)
    said = json.loads(file.read_text())
    assert (file.stat().st_mode & 0o777, said["role"]) == (0o600, "sender")
    assert said["secret_id"] not in f"{made}{made.as_json()}"
    got = login(file, hospital.bao.connect(), out)
    token = out.read_text().strip()
    assert (out.stat().st_mode & 0o777, got.seconds) == (0o600, 3600)
    assert token not in f"{got}{got.as_json()}"
    assert not list(tmp_path.glob(".*"))


def test_what_a_login_gives_carries_whose_it_is(hospital: Hospital, tmp_path: Path) -> None:
    hand_out(custody(hospital.folder), hospital.bao.root, "sender", "anna", tmp_path / "a")
    login(tmp_path / "a", hospital.bao.connect(), tmp_path / "token")
    said = hospital.bao.root.write(
        "auth/token/lookup", {"token": (tmp_path / "token").read_text().strip()}
    )["data"]
    assert said["meta"]["officer"] == "anna"
    assert said["policies"] == [f"{hospital.mounts}-sender"]


def test_an_officer_hands_out_no_login_that_destroys(hospital: Hospital, tmp_path: Path) -> None:
    officer = hospital.as_("officer")
    for role in ("destroyer", "officer"):
        with pytest.raises(DeniedError):
            hand_out(custody(hospital.folder), officer, role, "anna", tmp_path / role)
        assert not (tmp_path / role).exists()


def test_the_logins_open_their_own_bucket_and_no_other(hospital: Hospital) -> None:
    opener = hospital.as_("opener-genomes")
    ciphertext = transit.encrypt(
        hospital.bao.root, hospital.transit, "bucket-genomes", hospital.bao.token
    )
    opened = transit.decrypt(opener, hospital.transit, "bucket-genomes", ciphertext)
    assert opened.reveal() == hospital.bao.token.reveal()
    with pytest.raises(DeniedError):
        transit.decrypt(opener, hospital.transit, "bucket-checkpoints", ciphertext)
    for other in ("sender", "auditor"):
        with pytest.raises(DeniedError):
            transit.decrypt(hospital.as_(other), hospital.transit, "bucket-genomes", ciphertext)


def test_a_login_that_was_revoked_is_told_with_what_to_type(
    hospital: Hospital, tmp_path: Path
) -> None:
    made = hand_out(custody(hospital.folder), hospital.bao.root, "sender", "a", tmp_path / "a")
    path = f"auth/{hospital.mounts}-staff/role/sender/secret-id-accessor/destroy"
    hospital.bao.root.write(path, {"secret_id_accessor": made.accessor})
    with pytest.raises(CustodyError, match="was revoked, or has expired") as raised:
        login(tmp_path / "a", hospital.bao.connect(), tmp_path / "token")
    assert "tutela tce keys hand-out sender DIR" in raised.value.__notes__[0]
    assert not (tmp_path / "token").exists()


def test_nothing_is_overwritten_and_no_other_role_is_known(
    hospital: Hospital, tmp_path: Path
) -> None:
    declared, root = custody(hospital.folder), hospital.bao.root
    (tmp_path / "a").write_text("mine")
    with pytest.raises(CustodyError, match="is there already"):
        hand_out(declared, root, "sender", "a", tmp_path / "a")
    assert (tmp_path / "a").read_text() == "mine"
    with pytest.raises(CustodyError, match="is no login of hospital"):
        hand_out(declared, root, "everybody", "a", tmp_path / "b")


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "tutela/login/v9"}', "\x00"])
def test_a_file_that_is_no_login_is_refused_without_its_text(
    hospital: Hospital, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "a"
    file.touch(mode=0o600)
    file.write_text(text)
    with pytest.raises(CustodyError, match="not a login"):
        login(file, hospital.bao.connect(), tmp_path / "token")
    file.chmod(0o640)
    with pytest.raises(CustodyError, match="can be read by others"):
        login(file, hospital.bao.connect(), tmp_path / "token")
    assert not (tmp_path / "token").exists()


def test_a_login_of_another_openbao_is_told(hospital: Hospital, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch(mode=0o600)
    said = {"schema": "tutela/login/v1", "mount": "none", "role": "a"}
    file.write_text(json.dumps({**said, "role_id": "b", "secret_id": "CANARY-SECRET-ID"}))
    with pytest.raises((CustodyError, MissingError, DeniedError)) as raised:
        login(file, hospital.bao.connect(), tmp_path / "token")
    assert "CANARY" not in str(raised.value)
