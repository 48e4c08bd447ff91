"""Shredding: headers that are nowhere any more."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tce.age import header
from tce.age.errors import NotAgeError
from tce.keys.ceremony import records
from tce.keys.ceremony.record import Record as CeremonyRecord
from tce.keys.errors import RefusedError
from tce.seal.backup import backup, restore
from tce.seal.errors import SealError
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.errors import DamagedError, DestroyedError, HeadersError
from tce.seal.headers.folder import FolderStore, create
from tce.seal.headers.named import named
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.shred import LEFT, Shredded, shred, target
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office
from tests.tce.seal.headers.objects import Institution

NAMES = ["a", "genomes/b", "genomes/c"]


@dataclass
class Case:
    """Objects of an environment with officers, and a backup of their headers."""

    office: Office
    store: HeaderStore
    folder: Path
    bao: OpenBao | None = None
    hospital: Institution = field(default_factory=Institution)

    def fill(self) -> list[Record]:
        """Seal objects."""
        return self.hospital.fill(self.store, NAMES)

    def backup(self, name: str = "backup") -> Path:
        """Back the store up to the escrow."""
        to = [self.hospital.escrow.recipient]
        file = self.folder / name
        backup(self.store, file, to, self.hospital.signer, NOW, secrets.token_bytes)
        return file

    def order(self, *names: str, by: tuple[str, ...] = ("anna", "lena")) -> Path:
        """Let officers sign."""
        return self.office.order("shred", target(named(self.store, names)), by)

    def shred(
        self, names: Sequence[str], order: Path | None, backups: Sequence[Path] = ()
    ) -> Shredded:
        """Do it."""
        token = self.bao.token if self.bao else None
        return shred(
            self.office.desk(token),
            self.store,
            names,
            backups,
            order,
            [f"file:{self.office.key('anna')}"],
            self.bao.root if self.bao else None,
        )

    def restored(self, file: Path, name: str = "restored") -> FolderStore:
        """Restore a backup into an empty store."""
        store = create(self.folder / name)
        restore(file, store, [self.hospital.escrow], [self.hospital.signer.public_key])
        return store

    def recorded(self) -> CeremonyRecord:
        """The last ceremony."""
        return records.kept(self.office.folder)[-1].record


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(Office(tmp_path / "hospital").make(), create(tmp_path / "headers"), tmp_path)


@pytest.fixture(params=["folder", "openbao"])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    office = Office(tmp_path / "hospital").make()
    if request.param == "folder":
        return Case(office, create(tmp_path / "headers"), tmp_path)
    bao: OpenBao = request.getfixturevalue("bao")
    custody = office.furnish(bao)
    return Case(office, BaoStore(bao.root, custody.headers), tmp_path, bao)


def test_nothing_opens_it_and_the_restored_backup_does_not_either(each: Case) -> None:
    before = each.fill()
    file = each.backup()
    assert each.hospital.opened(each.restored(file).current("a"), each.hospital.escrow)
    done = each.shred(["a"], each.order("a"), [file])
    assert [one.id for one in done.destroyed] == [before[0].id]
    assert done.backups == ((file, 1),)
    # With every identity there is: neither the store nor the same backup has a header for it.
    for store in (each.store, each.restored(file, "after")):
        with pytest.raises(DestroyedError):
            store.current("a")
        with pytest.raises(DestroyedError):
            store.current(before[0].id)
        kept = store.current("genomes/b")
        assert each.hospital.opened(kept, each.hospital.bucket) == b"ACGT"
    # The body alone is no age file.
    with pytest.raises(NotAgeError):
        header.parse(each.hospital.bodies[before[0].id])


def test_the_header_stands_in_no_file_of_the_institution_any_more(case: Case) -> None:
    before = case.fill()
    file = case.backup()
    was = file.read_bytes()
    case.shred(["a"], case.order("a"), [file])
    needle = base64.b64encode(before[0].header)
    assert needle not in b"".join(
        one.read_bytes() for one in (case.folder / "headers").rglob("*") if one.is_file()
    )
    assert file.read_bytes() != was


def test_another_backup_that_nobody_named_still_has_it_and_this_is_said(case: Case) -> None:
    case.fill()
    named, hidden = case.backup(), case.backup("hidden")
    done = case.shred(["a"], case.order("a"), [named])
    assert case.hospital.opened(case.restored(hidden).current("a"), case.hospital.escrow)
    assert LEFT[0] in str(done)
    assert "backups that were not named" in LEFT[0]
    # Into the store that knows of it, it does not come back.
    again = restore(hidden, case.store, [case.hospital.escrow], [])
    assert [one.name for one in again.refused] == ["a"]


def test_where_no_backup_is_named_it_says_so(case: Case) -> None:
    case.fill()
    done = case.shred(["a"], case.order("a"))
    assert "no backup was named" in str(done)
    assert done.as_json()["backups"] == []


@pytest.mark.parametrize("by", [(), ("anna",), ("anna", "anna")])
def test_one_officer_is_not_enough(case: Case, by: tuple[str, ...]) -> None:
    before = case.fill()
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        case.shred(["a"], case.order("a", by=by))
    assert case.store.current("a") == before[0]


def test_without_an_order_it_says_what_to_type(case: Case) -> None:
    before = case.fill()
    with pytest.raises(RefusedError) as refused:
        case.shred(["a"], None)
    assert f"tutela tce keys order shred {before[0].id} DIR" in "".join(refused.value.__notes__)
    assert case.store.names() == NAMES


def test_an_order_is_of_these_objects_and_of_no_others(case: Case) -> None:
    case.fill()
    for ordered, wanted in ((["a"], ["genomes/b"]), (["a"], ["a", "genomes/b"])):
        with pytest.raises(RefusedError, match="the order's target"):
            case.shred(wanted, case.order(*ordered))
    assert case.store.names() == NAMES


def test_an_object_that_was_sealed_anew_is_not_what_was_ordered(case: Case) -> None:
    case.fill()
    order = case.order("a")
    newer = case.hospital.sealed("a")
    case.store.put(Record("a", newer.id, 2, newer.header, newer.manifest), 1)
    with pytest.raises(RefusedError, match="the order's target"):
        case.shred(["a"], order)


def test_a_folder_is_all_that_lies_in_it(case: Case) -> None:
    case.fill()
    done = case.shred(["genomes/"], case.order("genomes/"))
    assert [one.name for one in done.destroyed] == ["genomes/b", "genomes/c"]
    assert case.store.names() == ["a"]


def test_one_that_was_added_to_the_folder_since_is_not_destroyed_with_it(case: Case) -> None:
    case.fill()
    order = case.order("genomes/")
    case.hospital.fill(case.store, ["genomes/new"])
    with pytest.raises(RefusedError):
        case.shred(["genomes/"], order)
    assert case.store.names() == [*NAMES, "genomes/new"]


def test_an_order_is_carried_out_once(each: Case) -> None:
    each.fill()
    order = each.order("a")
    each.shred(["a"], order)
    with pytest.raises(RefusedError, match="carried out"):
        each.shred(["a"], order)


def test_what_another_order_destroyed_is_not_claimed(case: Case) -> None:
    case.fill()
    case.shred(["a"], case.order("a"))
    with pytest.raises(SealError, match="by another order"):
        case.shred(["a"], case.order("a"))


def test_one_that_was_cut_off_goes_on_with_the_same_order(
    each: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = each.fill()
    file = each.backup()
    order = each.order("genomes/")
    with monkeypatch.context() as patch:

        def killed(*_: object) -> object:
            raise KeyboardInterrupt

        patch.setattr("tce.seal.shred.archive.strike", killed)
        with pytest.raises(KeyboardInterrupt):
            each.shred(["genomes/"], order, [file])
    assert each.store.names() == ["a"]
    done = each.shred(["genomes/"], order, [file])
    assert done.backups == ((file, 2),)
    store = each.restored(file)
    for one in before[1:]:
        with pytest.raises(DestroyedError):
            store.current(one.id)


def test_the_record_has_ids_and_versions_and_no_name_and_no_header(case: Case) -> None:
    before = case.fill()
    done = case.shred(["genomes/b"], case.order("genomes/b"), [case.backup()])
    kept = records.kept(case.office.folder)[-1]
    assert kept.record.id == done.record
    assert kept.record.public["destroyed"] == f"{before[1].id} version 1"
    assert (kept.record.verb, kept.record.approvals) == ("shred", ["anna", "lena"])
    said = base64.b64decode(json.loads(kept.text)["payload"])
    assert b"genomes" not in said
    assert base64.b64encode(before[1].header) not in said
    assert any("looked for 1 headers" in one.what for one in kept.record.steps)
    chain = records.verify(case.office.folder, [case.office.signer("anna").public_key])
    assert chain.problems == ()


def test_a_copy_within_the_store_is_found_and_the_ceremony_failed(case: Case) -> None:
    case.fill()
    objects = case.folder / "headers" / "objects"
    for one in list(objects.iterdir()):
        one.with_suffix(".bak").write_bytes(one.read_bytes())
    with pytest.raises(SealError, match="is still there"):
        case.shred(["a"], case.order("a"))
    assert case.recorded().outcome == "failed"


def test_a_backup_that_cannot_be_read_is_told_before_anything_is_destroyed(case: Case) -> None:
    case.fill()
    broken = case.folder / "broken"
    broken.write_bytes(b"PK")
    with pytest.raises(DamagedError):
        case.shred(["a"], case.order("a"), [broken])
    with pytest.raises(HeadersError):
        case.shred(["a"], case.order("a"), [case.folder / "nothing"])
    assert case.store.names() == NAMES


def test_it_takes_an_object_by_its_body_once(case: Case) -> None:
    before = case.fill()
    assert target(named(case.store, ["a", before[0].id])) == before[0].id
    many = target(named(case.store, NAMES))
    assert many.startswith("3 objects sha256:")
    assert many == target(named(case.store, ["genomes/", "a"]))


def test_a_folder_is_shredded_of_which_something_was_before(case: Case) -> None:
    case.hospital.fill(case.store, ["genomes/a", "genomes/b", "genomes/c"])
    case.shred(["genomes/a"], case.order("genomes/a"), [])
    rest = [case.store.find(name) for name in ("genomes/b", "genomes/c")]
    said = target([one for one in rest if one is not None])
    order = case.office.order("shred", said)
    done = case.shred(["genomes/"], order, [])
    assert [one.name for one in done.destroyed] == ["genomes/b", "genomes/c"]
    # The same order again finds what it has destroyed itself, and is used up.
    with pytest.raises(RefusedError, match="used once"):
        case.shred(["genomes/"], order, [])
    with pytest.raises(DestroyedError, match="shredded before"):
        case.shred(["genomes/"], None, [])
