from collections.abc import Iterator
from contextlib import contextmanager

from tce.keys.bao.client import Bao
from tce.keys.status import Status, status
from tests.tce.keys.hospital import Hospital


def seen(hospital: Hospital, bao: Bao | None = None) -> Status:
    return status(hospital.folder, bao or hospital.bao.root, lambda _: None)


@contextmanager
def written(bao: Bao, path: str, data: dict[str, object]) -> Iterator[None]:
    bao.write(path, data)
    try:
        yield
    finally:
        bao.delete(path)


def test_what_is_as_declared_is_fine(hospital: Hospital) -> None:
    found = seen(hospital)
    assert (found.exit_code, found.sealed, found.audit) == (0, False, ("main",))
    assert (found.undeclared, found.unseen) == ((), ())
    assert {one.name for one in found.keys} >= {"etcd", "evidence", "bucket-genomes"}
    assert "bucket-genomes" in str(found)


def test_what_was_made_beside_the_repository_is_named(hospital: Hospital) -> None:
    root = hospital.bao.root
    policy = f"{hospital.mounts}-extra"
    role = f"auth/{hospital.mounts}-staff/role/extra"
    with (
        written(root, f"sys/policies/acl/{policy}", {"policy": 'path "a" {}'}),
        written(root, role, {"token_policies": ["root"]}),
    ):
        found = seen(hospital)
    assert set(found.undeclared) == {f"policy {policy}", f"login {role}"}
    assert found.exit_code == 3


def test_a_repository_that_shows_another_key_is_named(hospital: Hospital) -> None:
    file = hospital.folder / "keys/evidence.pem"
    text = file.read_bytes()
    try:
        file.write_bytes(b"")
        found = seen(hospital)
    finally:
        file.write_bytes(text)
    assert [(one.what, one.state) for one in found.changes if one.state != "left"] == [
        ("keys/evidence.pem", "differs")
    ]
    assert found.exit_code == 3


def test_what_a_token_may_not_look_at_is_named_and_not_passed_over(hospital: Hospital) -> None:
    found = seen(hospital, hospital.as_("auditor"))
    assert any(one.startswith("policies: no policy of this token") for one in found.unseen)
    assert "not looked at: audit" in str(found)
    assert {one.name for one in found.keys} >= {"evidence"}


def test_as_nobody_only_the_seal_is_said(hospital: Hospital) -> None:
    found = seen(hospital, hospital.bao.connect())
    assert (found.exit_code, found.keys, found.unseen) == (0, (), ())
    with hospital.bao.sealed():
        found = seen(hospital, hospital.bao.connect())
    assert (found.exit_code, found.sealed) == (3, True)
    assert ": sealed (hospital)" in str(found)


def test_nothing_is_written(hospital: Hospital) -> None:
    before = {path: path.stat().st_mtime_ns for path in hospital.folder.rglob("*")}
    seen(hospital)
    assert {path: path.stat().st_mtime_ns for path in hospital.folder.rglob("*")} == before
