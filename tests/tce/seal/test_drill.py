"""Drills of header stores."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from tce.keys.ceremony import records
from tce.keys.ceremony.ceremony import begin
from tce.seal.backup import backup
from tce.seal.drill import VERB, Drill, Drilled, drill, note
from tce.seal.folder import Folder
from tce.seal.headers import archive
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.folder import create
from tce.seal.headers.store import HeaderStore
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office
from tests.tce.seal.headers.objects import Institution

NAMES = ["a", "b", "c"]


class Case:
    """A hospital whose bodies lie in a folder."""

    def __init__(self, folder: Path, store: HeaderStore) -> None:
        self.folder, self.store, self.hospital = folder, store, Institution()
        (folder / "bodies").mkdir()
        (folder / "work").mkdir()
        for name in NAMES:
            self.add(name)

    def add(self, name: str) -> None:
        """Seal one more."""
        one = self.hospital.fill(self.store, [name])[0]
        (self.folder / "bodies" / one.id).write_bytes(self.hospital.bodies[one.id])

    @property
    def said(self) -> Drill:
        """A drill of everything."""
        return Drill(
            self.store,
            [self.hospital.escrow],
            self.hospital.senders,
            lambda _: Folder(self.folder / "bodies"),
            secrets.token_bytes,
            NOW,
            sample=3,
        )

    def backup(self) -> Path:
        """A backup that is kept."""
        file = self.folder / "kept"
        to = [self.hospital.escrow.recipient]
        backup(self.store, file, to, self.hospital.signer, NOW, secrets.token_bytes)
        return file

    def drill(self, said: Drill | None = None) -> Drilled:
        """Hold it; the copy is gone afterwards."""
        done = drill(said or self.said, self.folder / "work", lambda _: None)
        assert list((self.folder / "work").iterdir()) == []
        return done


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path, create(tmp_path / "headers"))


def test_a_lost_store_would_come_back_and_what_is_shredded_would_not(case: Case) -> None:
    before = list(case.store.entries())
    done = case.drill()
    assert done.problems == ()
    assert done.exit_code == 0
    said = dict(done.steps)
    assert said["headers that the escrow opens, of a known sender's"] == "3"
    assert said["bodies opened to their last chunk"] == "3"
    assert said["the same after shredding, from the same backup"] == "nothing opens it"
    assert "passed" in str(done)
    assert list(case.store.entries()) == before


def test_openbaos_store_is_drilled_as_well(bao: OpenBao, tmp_path: Path) -> None:
    done = Case(tmp_path, BaoStore(bao.root, bao.kv())).drill()
    assert done.problems == ()


def test_a_backup_that_is_too_old_is_told(case: Case) -> None:
    file = case.backup()
    case.add("newer")
    newer = case.hospital.sealed("a")
    case.store.put(replace(newer, version=2), 1)
    done = case.drill(replace(case.said, file=file))
    assert done.exit_code == 3
    assert sorted(done.problems) == [
        "a: version 2 counts, the backup has 1",
        "newer: version 1 is not in the backup",
    ]


def test_what_the_escrow_does_not_open_is_told(case: Case) -> None:
    other = Institution(signer=case.hospital.signer)
    other.fill(case.store, ["forgotten"])
    done = case.drill()
    assert done.exit_code == 3
    assert "forgotten: forgotten: none of 1 identities opens it" in done.problems[0]


def test_what_nobody_known_signed_is_told(case: Case) -> None:
    stranger = Institution(escrow=case.hospital.escrow)
    stranger.fill(case.store, ["strange"])
    assert "strange: strange: signed by none" in case.drill().problems[0]


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_body_that_does_not_open_is_told(case: Case, harm: str) -> None:
    for file in (case.folder / "bodies").iterdir():
        if harm == "lost":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1] + b"\0")
    done = case.drill(replace(case.said, sample=2))
    assert len(done.problems) == 2
    assert dict(done.steps)["bodies opened to their last chunk"] == "0"


def test_a_shredding_that_shreds_nothing_is_found(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> list[str]:
        return []

    monkeypatch.setattr(archive, "strike", nothing)
    done = case.drill()
    assert done.problems == ("the drill's object still opened after it was shredded",)


def test_its_record_names_no_object(case: Case) -> None:
    office = Office(case.folder / "hospital").make()
    case.hospital.fill(create(case.folder / "other"), ["x"])
    Institution().fill(case.store, ["patient-7"])
    done = case.drill()
    ceremony = begin(office.folder, VERB, "headers", "hospital", NOW, secrets.token_bytes)
    note(done, ceremony)
    ceremony.finish(office.folder, [office.signer("anna")], NOW)
    kept = records.kept(office.folder)[0].record
    assert kept.steps[-1].result == "failed: 1 problems"
    assert not any("patient" in one.what + one.result for one in kept.steps)
    assert any("patient" in one for one in done.problems)


def test_many_problems_are_counted(case: Case) -> None:
    done = replace(case.drill(), problems=tuple(f"p{number}" for number in range(25)))
    assert "and 5 problems more" in str(done)
    assert done.as_json()["passed"] is False
