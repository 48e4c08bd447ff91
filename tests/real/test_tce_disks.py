"""The encryption of a machine's disk, by the real Clevis and cryptsetup, with real Tang servers.

The disk is a file: opening it as a device needs the kernel's device mapper, which containers lack;
that its key slot opens is asked of Clevis itself.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tce.render.cluster import playbooks
from tests.labs.tang import Tang, needs_tang, said
from tests.tce.intent.specifications import typed

pytestmark = [pytest.mark.real, needs_tang]
SCRIPT = "ansible/roles/luks_clevis/files/enrol.sh"
LABEL = "tce-data"


@dataclass(frozen=True)
class Institution:
    """Its Tang servers, and the script that a machine is enrolled with."""

    folder: Path
    servers: tuple[Tang, Tang]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        script = self.folder / "enrol.sh"
        return subprocess.run(["sh", str(script), *arguments], capture_output=True, text=True)

    def enrol(self, disk: Path) -> subprocess.CompletedProcess[str]:
        return self.run("disk", str(disk), LABEL, str(self.folder / "policy.json"))


def label(disk: Path) -> str:
    return said("blkid", "-p", "-o", "value", "-s", "LABEL", str(disk))


@pytest.fixture(scope="module")
def institution(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institution]:
    folder = tmp_path_factory.mktemp("disks")
    script = next(one for one in playbooks.files(typed()) if one.path == SCRIPT)
    (folder / "enrol.sh").write_bytes(script.content)
    servers = (Tang(folder / "one"), Tang(folder / "two"))
    pins = [
        {"url": one.url, "adv": str(one.advertisement(folder / f"{index}.jws"))}
        for index, one in enumerate(servers)
    ]
    (folder / "policy.json").write_text(json.dumps({"t": 2, "pins": {"tang": pins}}))
    yield Institution(folder, servers)
    for one in servers:
        one.shutdown()
        one.server_close()


@pytest.fixture(scope="module")
def disk(institution: Institution) -> Path:
    """A disk that was encrypted, after an earlier run was killed before it was done."""
    place = institution.folder / "disk"
    with place.open("wb") as file:
        file.truncate(64 * 2**20)
    subprocess.run(
        [
            *("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2"),
            *("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"),
            *("--label", f"{LABEL}-unfinished", "--key-file", "-", str(place)),
        ],
        input=b"lost with the run that was killed",
        check=True,
        capture_output=True,
    )
    done = institution.enrol(place)
    assert (done.returncode, done.stdout) == (0, "enrolled\n"), done.stderr
    return place


def test_a_disk_has_one_key_slot_and_it_is_the_tang_servers(disk: Path) -> None:
    header = json.loads(said("cryptsetup", "luksDump", "--dump-json-metadata", str(disk)))
    assert list(header["keyslots"]) == ["1"]
    assert header["keyslots"]["1"]["key_size"] == 64
    assert header["segments"]["0"]["encryption"] == "aes-xts-plain64"
    (token,) = header["tokens"].values()
    assert (token["type"], token["keyslots"]) == ("clevis", ["1"])
    assert label(disk) == LABEL


def test_it_opens_while_both_servers_answer_and_not_while_one_is_silent(
    institution: Institution, disk: Path
) -> None:
    command = ["clevis", "luks", "pass", "-d", str(disk), "-s", "1"]
    assert said(*command)
    silent = institution.servers[1]
    keys = [one.rename(one.with_suffix(".away")) for one in silent.folder.glob("*.jwk")]
    try:
        closed = subprocess.run(command, capture_output=True, text=True)
        assert closed.returncode != 0 or not closed.stdout.strip()
    finally:
        for one in keys:
            one.rename(one.with_suffix(".jwk"))
    assert said(*command)


def test_a_second_run_changes_nothing(institution: Institution, disk: Path) -> None:
    before = disk.read_bytes()
    done = institution.enrol(disk)
    assert (done.returncode, done.stdout) == (0, "")
    assert disk.read_bytes() == before


def test_what_is_on_a_disk_already_is_never_overwritten(institution: Institution) -> None:
    place = institution.folder / "other"
    with place.open("wb") as file:
        file.truncate(8 * 2**20)
    said("mkfs.ext4", "-q", str(place))
    before = place.read_bytes()
    done = institution.enrol(place)
    assert done.returncode == 1
    assert "holds ext4" in done.stderr
    assert place.read_bytes() == before


def test_an_advertisement_counts_with_the_thumbprint_that_was_agreed_on(
    institution: Institution,
) -> None:
    first, second = institution.servers
    file = str(institution.folder / "0.jws")
    assert institution.run("verify", file, first.thumbprint).returncode == 0
    other = institution.run("verify", file, second.thumbprint)
    assert other.returncode == 1
    assert "is not of the server with the thumbprint" in other.stderr


def test_an_advertisement_that_somebody_changed_is_refused(institution: Institution) -> None:
    one, two = (json.loads((institution.folder / f"{n}.jws").read_text()) for n in (0, 1))
    # The other server's keys under this one's signature.
    place = institution.folder / "forged.jws"
    place.write_text(json.dumps({**one, "payload": two["payload"]}))
    for server in institution.servers:
        done = institution.run("verify", str(place), server.thumbprint)
        assert done.returncode == 1
        assert "is not signed by its own keys" in done.stderr


@pytest.mark.parametrize("content", ["{}", "", "<html>", '{"payload": "e30"}'])
def test_what_is_no_advertisement_is_refused(institution: Institution, content: str) -> None:
    place = institution.folder / "none.jws"
    place.write_text(content)
    done = institution.run("verify", str(place), institution.servers[0].thumbprint)
    assert done.returncode == 1
    assert "is no advertisement of Tang" in done.stderr
