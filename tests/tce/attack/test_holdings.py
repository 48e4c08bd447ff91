from __future__ import annotations

import base64
import bz2
from pathlib import Path

import pyrage
import pytest

from tce.attack.holdings import Holdings, survey
from tce.canary.search import canary
from tests.labs.git_lab import GitFolder
from tests.labs.luks import volume
from tests.tce.attack.test_capture import TWO, pcap

SECRET = b"a value that two packets share"


@pytest.fixture
def held(tmp_path: Path) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "held").mkdir()
    return tmp_path / "held"


def _survey(held: Path) -> Holdings:
    wanted = [canary("one", SECRET)]
    return survey(held.parent / "public", [held], wanted, lambda _line: None)


def test_everything_is_known_by_what_it_is(held: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    (held / "object").write_bytes(pyrage.encrypt(b"x", [identity.to_public()]))
    (held / "body").write_bytes(bytes(range(200)))
    (held / "disk").write_bytes(volume(b"", b"passphrase"))
    (held / "traffic").write_bytes(pcap(*TWO[:1]))
    found = _survey(held)
    assert dict(found.counts) == {
        "sealed objects": 1,
        "other files": 1,
        "volumes": 1,
        "packets of other": 1,
    }
    assert len(found.headers) == 1
    assert [place for place, _ in found.volumes] == [str(held / "disk")]
    assert {item.place for item in found.items} == {str(held / "object"), str(held / "body")}


def test_what_can_be_read_without_a_key_is_told_with_its_place(held: Path) -> None:
    (held / "traffic").write_bytes(pcap(*TWO))
    (held / "secret.yaml").write_bytes(b"data: " + base64.b64encode(SECRET))
    found = {(Path(one.place.split(",")[0]).name, one.hit.form) for one in _survey(held).direct}
    assert found == {("traffic", "raw"), ("secret.yaml", "base64 (alignment 0)")}


def test_a_sealed_object_within_an_archive_is_one(held: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.encrypt(b"x", [identity.to_public()])
    (held / "backup").write_bytes(bz2.compress(sealed))
    [item] = _survey(held).items
    assert item.place == f"bzip2 in {held / 'backup'}"


def test_identities_are_found_in_the_history_of_the_repository(held: Path) -> None:
    repository = GitFolder.init(held.parent / "public")
    repository.commit("first", {"key": str(pyrage.x25519.Identity.generate())})
    repository.commit("second", {"key": "taken back"})
    found = _survey(held)
    assert len(found.harvest.identities) == 1
    assert found.counts["objects of Git"] == 6


def test_what_cannot_be_read_is_told(held: Path) -> None:
    (held / "disk").write_bytes(volume(b"", b"passphrase")[:4000])
    (held / "table").write_bytes(b"PAR1 no table")
    assert {Path(place).name for place, _ in _survey(held).unread} == {"disk", "table"}
