"""What tests of keys may ask for."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from blueprints.secret import Secret
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW, Office, counting

if TYPE_CHECKING:
    from tests.labs.openbao import OpenBao


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A repository with five officers, of whose root three shares are needed."""
    return Office(tmp_path / "hospital").make()


@pytest.fixture(scope="session")
def hospital(bao: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """The example of a hospital, whose OpenBao is as its repository says."""
    from tce.keys.apply import apply

    made = Hospital.make(tmp_path_factory.mktemp("custody") / "hospital", bao)
    apply(made.folder, bao.root, NOW, secrets.token_bytes, lambda _: None)
    return made


@pytest.fixture
def kept(hospital: Hospital) -> Path:
    """Where the root that is in force now is kept, as the hospital's specification says."""
    from tce.keys.root import plan

    key = hospital.bao.unseal_keys[0]
    place = hospital.folder.parent / f"kept-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    if not place.exists():
        desk = hospital.office.desk()
        how = plan.read(hospital.folder)
        secret = Secret(bytes.fromhex(key))
        desk.keeper(place).protect(secret, how, desk.officers, NOW, counting())
    return place
