"""A virtual machine mounts a volume with the key from OpenBao, and cannot without it.

One machine for all of it: it takes some 20 s to start.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tce.keys.bao import kv
from tce.render.custody import custody
from tests.labs.openbao import OpenBao
from tests.labs.volumes import HOST, Machine, disk
from tests.tce.intent.specifications import typed

pytestmark = [pytest.mark.real, pytest.mark.slow]

CANARY = "GENOME-CANARY-7f3a"
WRITTEN = "WRITTEN-IN-THE-GUEST-91c2"
PASSPHRASE = "made up for one test, as 48 random bytes in base64 would be"


class Institution:
    """OpenBao with the engine of volumes, and the passphrase of one, where custody says."""

    def __init__(self, bao: OpenBao) -> None:
        self.bao = bao
        self.volume = custody.custody(typed()).volumes[0]
        bao.root.write(
            f"sys/mounts/{self.volume.engine}", {"type": "kv", "options": {"version": "2"}}
        )
        kv.put(
            bao.root, self.volume.engine, self.volume.path, {"passphrase": PASSPHRASE}, after=None
        )

    def ask(self, machine: Machine, path: str | None = None, write: str = "") -> dict[str, Any]:
        """The guest's own login reads `path` and asks for the passphrase."""
        own = f"{self.volume.engine}/data/{self.volume.path}"
        token = self.bao.login({path or own: ["read"]})
        return machine.ask(
            "key",
            server=self.bao.server,
            at=HOST,
            ca=self.bao.ca.read_text(),
            token=token.text(),
            path=own,
            write=write,
        )


@pytest.fixture(scope="module")
def institution(bao: OpenBao) -> Institution:
    return Institution(bao)


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cryptsetup") is None:
        pytest.skip("there is no cryptsetup on this machine")
    folder = tmp_path_factory.mktemp("volume")
    return disk(folder / "disk", PASSPHRASE.encode(), {"canary": CANARY})


@pytest.fixture(scope="module")
def machine(volume: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with Machine(tmp_path_factory.mktemp("machine"), volume) as started:
        yield started


def test_a_machine_mounts_its_volume_with_the_key_from_openbao_and_never_without(
    institution: Institution, volume: Path, machine: Machine
) -> None:
    # Without a key: neither as it is, nor by a guess.
    assert machine.ask("plain") == {"mounted": False}
    assert machine.ask("guess", passphrase=PASSPHRASE[:-1]) == {"cryptsetup": 2, "mounted": False}
    # A login for another volume.
    other = institution.ask(machine, f"{institution.volume.engine}/data/other/volume")
    assert other == {"openbao": 403, "mounted": False}

    found = institution.ask(machine, write=WRITTEN)
    assert "why" not in found, found
    assert (found["openbao"], found["mounted"], found["read"]) == (200, True, CANARY)
    assert "aes-xts-plain64" in found["cipher"]
    assert "512" in found["cipher"]

    # What the provider has is the disk.
    held = volume.read_bytes()
    assert CANARY.encode() not in held
    assert WRITTEN.encode() not in held

    with institution.bao.sealed():
        sealed = machine.ask("key", **_said(institution))
    assert sealed == {"openbao": 503, "mounted": False}
    assert institution.ask(machine)["mounted"] is True

    # Shredded: all versions and what was known of them.
    institution.bao.root.delete(f"{institution.volume.engine}/metadata/{institution.volume.path}")
    assert institution.ask(machine) == {"openbao": 404, "mounted": False}


def _said(institution: Institution) -> dict[str, str]:
    return {
        "server": institution.bao.server,
        "at": HOST,
        "ca": institution.bao.ca.read_text(),
        "token": "a token that is asked of nobody while it is sealed",
        "path": f"{institution.volume.engine}/data/{institution.volume.path}",
    }
