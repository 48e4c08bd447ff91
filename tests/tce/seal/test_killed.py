"""kill -9 on the way: every object opens with exactly the old or the new set of keys."""

import os
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tce.age.errors import AgeError, NoIdentityError
from tce.age.keys import X25519Identity
from tce.seal.folder import Folder
from tce.seal.headers import checked
from tce.seal.headers import folder as folders
from tce.seal.headers.store import Change, HeaderStore, Record
from tce.seal.revoke import Revocation
from tce.seal.rotate import rotate
from tests.tce.seal.headers.objects import Institution, identity, to
from tests.tce.seal.headers.stores import Make, maker

OBJECTS = 60
NAMES = [f"genomes/{number}" for number in range(OBJECTS)]
UNTIL = (0, 1, OBJECTS // 4, OBJECTS // 2, OBJECTS - 5)
"""How far it is when it is killed: this object, in its order, has the new set."""


@pytest.fixture(params=["folder", "openbao"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return maker(request, tmp_path)


def _killed(work: Callable[[], object], far: Callable[[], bool]) -> None:
    """Run `work` in a child, and kill it as soon as it is `far` enough."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    until = time.monotonic() + 30
    while not far() and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        assert time.monotonic() < until
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _opens(hospital: Institution, record: Record, who: X25519Identity, sealed: bytes) -> bool:
    try:
        return hospital.opened(record, who, sealed=sealed) == b"ACGT"
    except NoIdentityError:
        return False


def _new(store: HeaderStore, hospital: Institution, new: X25519Identity, bodies: Path) -> int:
    """How many objects have the new set; every one has the old or the new, and is whole."""
    found = 0
    for one in store.entries():
        assert isinstance(one, Record)
        sealed = (bodies / one.id).read_bytes()
        old_opens = _opens(hospital, one, hospital.bucket, sealed)
        new_opens = _opens(hospital, one, new, sealed)
        assert old_opens != new_opens
        said = checked.manifest(one, hospital.senders)
        assert str((new if new_opens else hospital.bucket).recipient) in said.recipients
        found += new_opens
    assert store.names() == sorted(NAMES)
    return found


def _fill(store: HeaderStore, hospital: Institution, bodies: Path) -> None:
    bodies.mkdir()
    made = [hospital.sealed(name, place=str(bodies)) for name in NAMES]
    for one in made:
        (bodies / one.id).write_bytes(hospital.bodies[one.id])
    assert store.put_all(Change(one, None) for one in made) == []


def _at(store: HeaderStore, name: str) -> Callable[[], bool]:
    """Whether that object has the new set."""

    def at() -> bool:
        found = store.find(name)
        return found is not None and found.version > 1

    return at


def test_a_killed_rotation_leaves_each_object_the_old_or_the_new_set(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One rename after the other: most moments are between two objects.
    monkeypatch.setattr(folders, "_BATCH", 1)
    hospital, new, store = Institution(), identity(), make()
    _fill(store, hospital, tmp_path / "bodies")
    order = [one.name for one in store.entries()]
    mixed = []
    for count in UNTIL:

        def work() -> None:
            rotate(
                make(),
                None,
                [hospital.bucket, new],
                to(new, epoch=2),
                hospital.author,
                secrets.token_bytes,
            )

        _killed(work, _at(make(), order[count]))
        mixed.append(_new(make(), hospital, new, tmp_path / "bodies"))
    assert any(0 < one < OBJECTS for one in mixed)
    rest = rotate(
        make(),
        None,
        [hospital.bucket, new],
        to(new, epoch=2),
        hospital.author,
        secrets.token_bytes,
    )
    assert rest.refused == ()
    assert rest.rotated + rest.already == OBJECTS
    assert _new(make(), hospital, new, tmp_path / "bodies") == OBJECTS


def test_a_killed_revocation_leaves_each_object_the_old_or_the_new_set(tmp_path: Path) -> None:
    hospital, new, bodies = Institution(), identity(), tmp_path / "bodies"
    store = folders.create(tmp_path / "headers")
    _fill(store, hospital, bodies)
    since = "2026-06-01T12:00:00Z"

    def revocation() -> Revocation:
        return Revocation(
            folders.FolderStore(tmp_path / "headers"),
            [hospital.bucket, new],
            to(new, epoch=2),
            hospital.author,
            lambda _: Folder(bodies),
            secrets.token_bytes,
            since,
            since,
        )

    mixed = []
    for count in UNTIL:

        def work() -> None:
            revocation().all(None, lambda _: None)

        _killed(work, _at(store, store.names()[count]))
        mixed.append(_new(store, hospital, new, bodies))
    assert any(0 < one < OBJECTS for one in mixed)
    rest = revocation().all(None, lambda _: None)
    assert rest.sealed + rest.already == OBJECTS
    assert _new(store, hospital, new, bodies) == OBJECTS
    # What a killed run left is told: nothing lies there that is neither named nor told.
    named = {one.id for one in store.entries()}
    left = {one.name for one in bodies.iterdir()} - named
    assert {Path(one).name for one in rest.strays} == {one for one in left if "." not in one}


def test_a_body_that_is_half_written_has_no_name(tmp_path: Path) -> None:
    hospital, new, bodies = Institution(), identity(), tmp_path / "bodies"
    bodies.mkdir()
    record = hospital.sealed("large", secrets.token_bytes(32 << 20), str(bodies))
    (bodies / record.id).write_bytes(hospital.bodies[record.id])
    store = folders.create(tmp_path / "headers")
    store.put(record, None)
    began = time.monotonic()

    def work() -> None:
        Revocation(
            store,
            [hospital.bucket],
            to(new),
            hospital.author,
            lambda _: Folder(bodies),
            secrets.token_bytes,
            "2026-06-01T12:00:00Z",
        ).all(None, lambda _: None)

    _killed(work, lambda: time.monotonic() > began + 0.03)
    current = store.current("large")
    assert {one.name for one in bodies.iterdir()} >= {current.id}
    for one in bodies.iterdir():
        if one.name == current.id:
            continue
        # Complete, though no record names it yet, or the older one that is not removed yet.
        with pytest.raises(AgeError):
            hospital.opened(current, hospital.bucket, new, sealed=one.read_bytes())
    sealed = (bodies / current.id).read_bytes()
    assert len(hospital.opened(current, hospital.bucket, new, sealed=sealed)) == 32 << 20
