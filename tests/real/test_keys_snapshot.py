"""A backup of a real OpenBao brings back what was shredded, until the root is made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tce.keys.bao import kv
from tce.keys.errors import CustodyError
from tce.keys.new_root import new_root
from tce.keys.root.elevated import root
from tce.keys.shred import shred
from tce.keys.snapshot import restore, save
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office

pytestmark = pytest.mark.real
THREE = ("anna", "omar", "rosa")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """An OpenBao of this module's own: what is restored is all of it."""
    with OpenBao() as server:
        yield server.initialise()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "hospital").make()


def _key(office: Office) -> list[str]:
    return [f"file:{office.key('anna')}"]


def test_a_snapshot_brings_back_what_was_shredded_until_the_root_is_made_anew(
    office: Office, own: OpenBao, tmp_path: Path
) -> None:
    custody = office.furnish(own)
    office.keep(own)
    desk = office.desk(own.token)
    new_root(desk, office.place, *office.given(THREE), office.order("root", "hospital"), [])
    office.learn(own, THREE, 2)
    saved = save(desk, tmp_path / "bao.age")
    assert b"genomes" not in saved.file.read_bytes()
    engine = custody.identities[0].engine

    # Shredded, and brought back: an honest backup, and why shredding alone is not enough.
    shred(desk, "genomes", office.order("shred", "genomes"), [])
    assert kv.versions(own.root, engine, "identities/genomes") == []
    done = restore(
        desk,
        saved.file,
        office.place,
        *office.given(THREE, 2),
        office.order("restore", saved.digest),
        _key(office),
    )
    assert "keys that were shredded since are back" in str(done)
    assert kv.versions(own.root, engine, "identities/genomes") == [1]

    # Shredded again, and the root made anew: the same file opens nothing.
    shred(desk, "genomes", office.order("shred", "genomes"), [])
    new_root(desk, office.place, *office.given(THREE, 2), office.order("root", "hospital"), [])
    office.learn(own, THREE, 3)
    with pytest.raises(CustodyError, match="a root that is not in force any more"):
        restore(
            desk,
            saved.file,
            office.place,
            *office.given(THREE, 3),
            office.order("restore", saved.digest),
            _key(office),
        )
    assert kv.versions(own.root, engine, "identities/genomes") == []
    with root(own.root, desk.keeper(office.place).recover(*office.given(THREE, 3))[0][1]):
        pass
