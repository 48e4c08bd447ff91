"""A new OpenBao, from nothing to the first officer's login. One server for all of it."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from blueprints.secret import Secret
from governance.signing import keyfile
from tce.keys.apply import apply
from tce.keys.bao.errors import DeniedError
from tce.keys.ceremony.records import verify
from tce.keys.desk import Desk
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.init import Initialised, init
from tce.keys.login import login
from tce.keys.unseal import unseal
from tests.labs.openbao import OpenBao
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW, changed, contents


@pytest.fixture(scope="module")
def empty() -> Iterator[OpenBao]:
    """A server that was never initialised."""
    with OpenBao() as server:
        yield server


@pytest.fixture(scope="module")
def new(empty: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    return Hospital.make(tmp_path_factory.mktemp("init") / "hospital", empty)


@pytest.fixture(scope="module")
def before(new: Hospital) -> dict[str, bytes]:
    """What is in the repository before anything is done."""
    return contents(new.folder)


@pytest.fixture(scope="module")
def root(new: Hospital) -> Path:
    return new.folder.parent / "root"


def started(new: Hospital, root: Path, desk: Desk | None = None, name: str = "anna") -> Initialised:
    held = desk or new.office.desk()
    return init(held, root, name, new.folder.parent / "anna.json", (), lambda _: None)


@pytest.fixture(scope="module")
def done(new: Hospital, root: Path, before: dict[str, bytes]) -> Initialised:
    """Everything that would make it fail later is tried before: nothing happens then."""
    with pytest.raises(CustodyError, match="nobody is no officer"):
        started(new, root, name="nobody")
    (new.folder / "tutela.lock").touch()
    with pytest.raises(RefusedError, match="belongs into none"):
        started(new, new.folder / "root")
    spec = yaml.safe_load((new.folder / "spec.yaml").read_bytes())
    more = {**spec, "keys": {**spec["keys"], "root": {"shares": 5, "threshold": 3}}}
    (new.folder / "spec.yaml").write_text(yaml.safe_dump(more))
    with pytest.raises(CustodyError, match="5 shares need 5 officers"):
        started(new, root)
    (new.folder / "spec.yaml").write_bytes(before["spec.yaml"])
    (new.folder / "tutela.lock").unlink()
    assert new.bao.connect().read("sys/init")["initialized"] is False
    return started(new, root)


def test_the_root_is_kept_in_shares_that_nobody_else_reads(done: Initialised, root: Path) -> None:
    assert (done.exit_code, done.root.generation, done.root.kind) == (0, 1, "shamir")
    assert sorted(path.name for path in root.rglob("*.age")) == [
        "share-anna.age",
        "share-lena.age",
        "share-urs.age",
    ]
    modes = {path.stat().st_mode & 0o077 for path in root.rglob("*")}
    assert modes == {0}


def test_what_is_to_be_committed_is_what_was_written(
    done: Initialised, new: Hospital, before: dict[str, bytes]
) -> None:
    files = changed(new.folder, before)
    assert set(done.applied.files) == files
    assert len(done.applied.files) == len(files)
    assert {"keys/recipients/snapshots.age", "keys/evidence.pem", done.record} < files
    assert all(f"\n  {file}\n" in str(done) for file in files)


def test_the_record_is_signed_and_names_public_things_only(
    done: Initialised, new: Hospital
) -> None:
    evidence = (new.folder / "keys/evidence.pem").read_bytes()
    chain = verify(new.folder, [keyfile.public(evidence, "evidence")])
    assert chain.problems == ()
    (record,) = [one.record for one in chain.records]
    assert (record.verb, record.public["shares"]) == ("init", "2 of anna, lena, urs")
    text = (new.folder / done.record).read_text() + f"{done}{json.dumps(done.as_json())}"
    said = json.loads((new.folder.parent / "anna.json").read_text())
    assert said["secret_id"] not in text


def test_the_first_token_was_revoked(done: Initialised, new: Hospital) -> None:
    entries = [json.loads(line) for line in new.bao.audit.read_text().splitlines()]
    asked = [one for one in entries if one["type"] == "request" and "display_name" in one["auth"]]
    by_root = [one for one in asked if one["auth"].get("policies") == ["root"]]
    assert by_root[-1]["request"]["path"] == "auth/token/revoke-self"


def test_the_audit_file_shows_no_secret(done: Initialised, new: Hospital) -> None:
    text = new.bao.audit.read_text()
    said = json.loads((new.folder.parent / "anna.json").read_text())
    assert f'"path":"auth/{new.mounts}-staff/role/officer/secret-id"' in text
    for secret in (said["secret_id"], "AGE-SECRET-KEY"):
        assert secret not in text


def test_it_is_initialised_once(done: Initialised, new: Hospital, root: Path) -> None:
    with pytest.raises(RefusedError, match="is initialised already"):
        started(new, root)


def test_the_first_officer_rotates_and_does_not_change_policies(
    done: Initialised, new: Hospital
) -> None:
    out = new.folder.parent / "token-2"
    login(new.folder.parent / "anna.json", new.bao.connect(), out)
    officer = new.bao.connect(Secret(out.read_bytes().strip()))
    assert officer.write(f"{new.transit}/keys/etcd/rotate") is not None
    with pytest.raises(DeniedError):
        apply(new.folder, officer, NOW, secrets.token_bytes, lambda _: None)


def test_after_a_restart_two_shares_unseal_it(done: Initialised, new: Hospital, root: Path) -> None:
    new.bao.stop()
    new.bao.start()
    assert new.bao.connect().read("sys/seal-status")["sealed"]
    names = ("lena", "urs")
    shares = [root / f"generation-1/share-{name}.age" for name in names]
    identities = [new.office.identity(name) for name in names]
    unsealed = unseal(new.office.desk(), root, shares, identities)
    assert unsealed.generation == 1
    assert not new.bao.connect().read("sys/seal-status")["sealed"]
