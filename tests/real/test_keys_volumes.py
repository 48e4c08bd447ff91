"""Volumes under keys of OpenBao, and disks that open in a window only: real LUKS2, Tang, Clevis."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.keys.bao import kv
from tce.keys.bao.errors import DeniedError, MissingError
from tce.keys.errors import RefusedError
from tce.keys.window.gate import Gate, serve
from tce.keys.window.operations import open_, status
from tce.render.custody import custody
from tests.labs.openbao import OpenBao
from tests.labs.tang import Tang, needs_tang
from tests.labs.volumes import cryptsetup, disk, opens
from tests.tce.intent.specifications import typed
from tests.tce.keys.office import NOW, Office

pytestmark = [pytest.mark.real, needs_tang]

CANARY = "GENOME-CANARY-2c81"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Officers whose keys the test holds."""
    return Office(tmp_path / "hospital").make()


@dataclass(frozen=True)
class Volume:
    """A disk as a file, whose passphrase lies where custody says."""

    bao: OpenBao
    engine: str
    path: str
    file: Path

    def passphrase(self, token: Secret, version: int | None = None) -> bytes:
        found = kv.get(self.bao.connect(token), self.engine, self.path, version)
        return found.data["passphrase"].encode()

    def node(self) -> Secret:
        """The login of who mounts it."""
        return self.bao.login({f"{self.engine}/data/{self.path}": ["read"]})

    def write(self, passphrase: str) -> None:
        kv.put(self.bao.root, self.engine, self.path, {"passphrase": passphrase}, after=None)


@pytest.fixture
def volume(bao: OpenBao, tmp_path: Path) -> Volume:
    said = custody.custody(typed()).volumes[0]
    found = Volume(bao, bao.kv(), said.path, tmp_path / "disk")
    found.write("the first passphrase of a volume, made up")
    disk(found.file, found.passphrase(bao.token), {"canary": CANARY})
    return found


def test_a_volume_is_read_with_the_key_from_openbao_and_holds_nothing_without(
    volume: Volume, tmp_path: Path
) -> None:
    assert CANARY.encode() not in volume.file.read_bytes()
    assert not opens(volume.file, b"another passphrase, made up as well")
    with pytest.raises(DeniedError):
        volume.passphrase(volume.bao.login({f"{volume.engine}/data/other/*": ["read"]}))
    key = volume.passphrase(volume.node())
    assert opens(volume.file, key)
    # What a machine would see: the same bytes as before they were encrypted.
    plain = Path(shutil.copy(volume.file, tmp_path / "plain"))
    cryptsetup(
        *("reencrypt", "--decrypt", "--batch-mode", "--force-offline-reencrypt"),
        *("--header", str(tmp_path / "header"), "--key-file", "-", str(plain)),
        passphrase=key,
    )
    assert CANARY.encode() in plain.read_bytes()


def test_a_new_passphrase_takes_the_place_of_the_old_one(volume: Volume, tmp_path: Path) -> None:
    old = volume.passphrase(volume.node())
    volume.write("the second passphrase of a volume, made up")
    new = volume.passphrase(volume.node())
    added = tmp_path / "new"
    added.write_bytes(new)
    cryptsetup(
        *("luksChangeKey", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"),
        *("--key-file", "-", str(volume.file), str(added)),
        passphrase=old,
    )
    assert opens(volume.file, new)
    assert not opens(volume.file, old)


def test_after_shredding_a_restored_header_opens_with_nothing_that_openbao_has(
    volume: Volume, tmp_path: Path
) -> None:
    node, header = volume.node(), tmp_path / "header.backup"
    key = volume.passphrase(node)
    cryptsetup("luksHeaderBackup", str(volume.file), "--header-backup-file", str(header))
    cryptsetup("luksErase", "--batch-mode", str(volume.file))
    assert not opens_at_all(volume.file, key)
    cryptsetup(
        "luksHeaderRestore", "--batch-mode", str(volume.file), "--header-backup-file", str(header)
    )
    # Erasing key slots alone shreds nothing: whoever kept the header and asks OpenBao has it back.
    assert opens(volume.file, volume.passphrase(node))
    volume.bao.root.delete(f"{volume.engine}/metadata/{volume.path}")
    for version in (None, 1):
        with pytest.raises(MissingError):
            volume.passphrase(node, version)


def opens_at_all(place: Path, passphrase: bytes) -> bool:
    """As :func:`opens`, of a disk that may have no key slot left."""
    done = subprocess.run(
        ["cryptsetup", "open", "--test-passphrase", "--key-file", "-", str(place)],
        input=passphrase,
        capture_output=True,
    )
    return done.returncode == 0


@dataclass(frozen=True)
class Guarded:
    """Two Tang servers, each behind a gate, and a disk that both of them have to open."""

    office: Office
    gates: tuple[Path, ...]
    disk: Path

    def unlock(self, place: Path | None = None) -> bool:
        """Ask Clevis for the passphrase of the disk, as a machine does that starts."""
        done = subprocess.run(
            ["clevis", "luks", "pass", "-d", str(place or self.disk), "-s", "1"],
            capture_output=True,
            text=True,
        )
        return done.returncode == 0 and opens(self.disk, done.stdout.rstrip("\n").encode())


@pytest.fixture
def guarded(office: Office, bao: OpenBao, tmp_path: Path) -> Iterator[Guarded]:
    office.furnish(bao)
    place = tmp_path / "disk"
    with place.open("wb") as empty:
        empty.truncate(32 * 2**20)
    quick = ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000")
    cryptsetup(
        *("luksFormat", "--batch-mode", "--type", "luks2", *quick, "--key-file", "-", str(place)),
        passphrase=b"only for enrolment",
    )
    with Tang(tmp_path / "tang1") as one, Tang(tmp_path / "tang2") as two:
        gates = (tmp_path / "gate1", tmp_path / "gate2")
        servers = [
            serve(
                Gate(gate, lambda: office.officers, lambda: NOW),
                ("127.0.0.1", 0),
                ("127.0.0.1", tang.port),
            )
            for gate, tang in zip(gates, (one, two), strict=True)
        ]
        pins = []
        for number, server in enumerate(servers):
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            url = f"http://127.0.0.1:{server.server_address[1]}"
            # Public, and so also while it is closed.
            file = one.advertisement(tmp_path / f"{number}.jws", url)
            pins.append({"url": url, "adv": str(file)})
        subprocess.run(
            [
                *("clevis", "luks", "bind", "-y", "-k", "-", "-s", "1", "-d", str(place), "sss"),
                json.dumps({"t": 2, "pins": {"tang": pins}}),
            ],
            input=b"only for enrolment",
            check=True,
            capture_output=True,
        )
        yield Guarded(office, gates, place)
        for server in servers:
            server.shutdown()
            server.server_close()


def test_a_disk_opens_in_a_window_that_officers_opened_at_both_servers_and_a_copy_does_not(
    guarded: Guarded, bao: OpenBao, tmp_path: Path
) -> None:
    office, (first, second) = guarded.office, guarded.gates
    assert not guarded.unlock()
    with pytest.raises(RefusedError, match="and anna did"):
        open_(office.desk(bao.token), first, office.order("window", "127.0.0.1", ("anna",)), [])
    # An order is used once: each server has one of its own. One of two servers is nothing.
    twice = office.order("window", "127.0.0.1", details={"openings": "2"})
    open_(office.desk(bao.token), first, twice, [])
    assert not guarded.unlock()
    open_(office.desk(bao.token), second, office.order("window", "127.0.0.1"), [])
    assert guarded.unlock()
    # Whoever copied the disk comes too late, or the machine does: either way it is seen.
    copy = Path(shutil.copy(guarded.disk, tmp_path / "copy"))
    assert not guarded.unlock(copy)
    said = [status(gate, office.officers, NOW) for gate in guarded.gates]
    assert [len(one.opened) for one in said] == [2, 1]
    assert [one.exit_code for one in said] == [3, 3]
    assert "this machine had its key as often as was allowed" in str(said[1])
