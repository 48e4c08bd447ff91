"""An environment with a real OpenBao: each login does its part, and no other's."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from tce.keys.apply import apply
from tce.keys.bao import identities as wrapped
from tce.keys.bao.errors import DeniedError
from tce.keys.bao.where import custody
from tce.keys.ceremony import records
from tce.keys.escrow.combine import put_together
from tce.keys.escrow.split import split
from tce.keys.uri import BaoKey
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.errors import DestroyedError
from tce.seal.headers.store import Record
from tce.seal.shred import Shredded, shred
from tests.labs.openbao import OpenBao
from tests.program import Ran, run
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW
from tests.tce.seal.headers.objects import Institution, identity


@dataclass
class Place:
    """A hospital with an escrow, two buckets, and bodies in a folder."""

    hospital: Hospital
    institution: Institution
    shares: list[Path]
    bodies: Path

    @property
    def folder(self) -> Path:
        """The repository."""
        return self.hospital.folder

    @property
    def engine(self) -> str:
        """Where headers lie."""
        return custody(self.folder).headers

    @property
    def store(self) -> BaoStore:
        """The same, as root."""
        return BaoStore(self.hospital.bao.root, self.engine)

    def add(self, name: str, bucket: str) -> Record:
        """Seal an object of a bucket."""
        place = next(one.place for one in custody(self.folder).identities if one.name == bucket)
        made = self.institution.sealed(name, place=f"{place}/body")
        self.store.put(made, None)
        (self.bodies / made.id).write_bytes(self.institution.bodies[made.id])
        return made

    def run(self, role: str, *words: str) -> Ran:
        """Run a command with the token of a login, signing as anna."""
        token = self.folder.parent / self.hospital.bao.unique("token")
        environ = self.hospital.bao.token_file(token, self.hospital.token(role))
        key = ("--key", f"file:{self.hospital.office.key('anna')}")
        return run("tce", *words, *key, environ=environ | self.hospital.bao.environ())

    def given(self) -> list[str]:
        """What opens the escrow, as options."""
        opened = [self.hospital.office.identity(one) for one in ("anna", "lena")]
        return [
            *(word for one in self.shares for word in ("--share", str(one))),
            *(word for one in opened for word in ("--identity", str(one))),
        ]


@pytest.fixture(scope="module")
def place(bao: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("rehearsal")
    hospital = Hospital.make(folder / "hospital", bao)
    apply(hospital.folder, bao.root, NOW, secrets.token_bytes, lambda _: None)
    office = hospital.office
    desk = office.desk(bao.token)
    key = f"file:{office.key('anna')}"
    split(desk, folder / "escrow", office.order("escrow-split", "hospital"), [key])
    shares = sorted((folder / "escrow").rglob("*.age"))
    shares = [one for one in shares if "anna" in one.name or "lena" in one.name]
    escrow = put_together(desk, shares, [office.identity(one) for one in ("anna", "lena")])
    genomes = BaoKey(hospital.wrapped, "data", "identities/genomes")
    bucket = wrapped.load(bao.root, genomes)[0]
    senders = hospital.folder / "keys/senders"
    senders.mkdir(exist_ok=True)
    public = run("tce", "keys", "public", key)
    assert public.code == 0, public.err
    (senders / "anna.pem").write_text(public.out)
    bodies = folder / "bodies"
    bodies.mkdir()
    institution = Institution(bucket, escrow, office.signer("anna"))
    return Place(hospital, institution, shares, bodies)


def test_an_officer_rotates_the_headers_of_one_bucket_and_of_no_other(place: Place) -> None:
    genomes = place.add("rotated/genome", "genomes")
    checkpoint = place.add("rotated/checkpoint", "checkpoints")
    new = identity()
    file = place.folder / "keys/recipients/genomes.age"
    before = file.read_text()
    file.write_text(f"# epoch: 2\n{new.recipient}\n")
    bucket = f"bao://{place.hospital.wrapped}/data/identities/genomes"
    words = ("--environment", str(place.folder), "--identity", bucket, "--to", "genomes")
    try:
        ran = place.run("officer", "rotate", *words)
    finally:
        file.write_text(before)
    assert ran.code == 0, ran.err + ran.out
    assert "1 headers in bao://" in ran.out
    after = place.store.current(genomes.name)
    assert after.version == 2
    for who in (new, place.institution.escrow):
        assert place.institution.opened(after, who) == b"ACGT"
    assert place.store.current(checkpoint.name) == checkpoint


def test_without_a_bucket_or_a_name_nothing_is_rotated(place: Place) -> None:
    words = ("--environment", str(place.folder), "--identity", "age:x", "--to")
    ran = place.run("officer", "rotate", *words, str(place.institution.bucket.recipient))
    assert ran.code == 2
    assert "of which bucket" in ran.err
    assert "--to genomes" in ran.err


def test_the_drill_passes_is_recorded_and_leaves_nothing(place: Place) -> None:
    place.add("drilled/genome", "genomes")
    words = ("headers", "drill", str(place.folder), "--bodies", str(place.bodies))
    ran = place.run("officer", *words, "--sample", "2", *place.given())
    assert ran.code == 0, ran.err + ran.out
    assert "the same after shredding, from the same backup: nothing opens it" in ran.out
    every = [one.record for one in records.kept(place.folder)]
    kept = next(one for one in every if one.verb == "headers-drill")
    assert kept.steps[-1].result == "passed"
    assert not list(place.folder.parent.glob(".drill-*"))


def test_the_destroyer_shreds_under_an_order_and_a_kept_backup_loses_it_too(
    place: Place, tmp_path: Path
) -> None:
    gone = place.add("shredded/genome", "genomes")
    backup = tmp_path / "backup"
    escrow = str(place.folder / "keys/recipients/escrow.age")
    words = ("headers", "backup", f"bao://{place.engine}", "--to", escrow, "--out", str(backup))
    assert place.run("officer", *words).code == 0
    said = ("shred", gone.name, "--environment", str(place.folder), "--backup", str(backup))
    ran = place.run("destroyer", *said)
    assert ran.code == 1
    assert f"tutela tce keys order shred {gone.id} DIR" in ran.err
    order = place.hospital.office.order("shred", gone.id)

    def shredded(role: str) -> Shredded:
        token = place.hospital.token(role)
        client = place.hospital.bao.connect(token)
        keys = [f"file:{place.hospital.office.key('anna')}"]
        desk = place.hospital.office.desk(token)
        store = BaoStore(client, place.engine)
        return shred(desk, store, [gone.name], [backup], order, keys, client)

    # An order alone opens nothing: the login has to be one that destroys, too.
    with pytest.raises(DeniedError, match="no policy of this token allows it"):
        shredded("opener-genomes")
    assert place.store.current(gone.name) == gone
    assert f"looked for in {backup}: 1 struck, gone" in str(shredded("destroyer"))
    with pytest.raises(DestroyedError):
        place.store.current(gone.id)
