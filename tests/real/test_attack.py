"""The provider's view with real parts: SeaweedFS, OpenBao, cryptsetup, age, tcpdump.

One institution seals to a bucket and keeps a volume's passphrase in OpenBao. Its provider has the
bucket, the disk of the object store itself, the disk's image, Secrets, and all traffic.
"""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tce.attack import luks
from tce.keys.bao import kv
from tests.labs.guest import PATH
from tests.labs.luks import volume
from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.labs.volumes import cryptsetup, disk, opens
from tests.program import Ran, run
from tests.tce.seal.people import Person, person

pytestmark = pytest.mark.real

NAMES = ("bucket", "detached", "volume", "traffic")
PATIENCE = 20.0


@contextmanager
def _captured(port: int, file: Path) -> Iterator[None]:
    """Everything that goes through the loopback to or from a port meanwhile."""
    words = ["tcpdump", "-i", "lo", "--immediate-mode", "-U", "-Z", "root", "-w", str(file)]
    words += ["port", str(port)]
    child = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={"PATH": PATH})
    assert child.stderr is not None
    try:
        line = child.stderr.readline()
        assert "listening on lo" in line, line
        yield
        until = time.monotonic() + PATIENCE
        # It is written in pieces: quiet for a moment is the end of it.
        size = -1
        while size != file.stat().st_size and time.monotonic() < until:
            size = file.stat().st_size
            time.sleep(0.3)
    finally:
        child.terminate()
        child.communicate()


class Scene:
    """An institution, and its provider."""

    def __init__(self, folder: Path, s3: Lab, bao: OpenBao) -> None:
        self.folder, self.s3, self.bao = folder, s3, bao
        self.anna: Person = person(folder / "anna")
        self.held = folder / "held"
        self.held.mkdir()
        self.headers = f"bao://{bao.kv()}"
        self.canaries = {name: self._canary(name) for name in NAMES}
        self.repository = folder / "hospital"
        spec = folder / "tce.yaml"
        spec.write_text(run("tce", "spec", "hospital").out)
        words = ("tce", "render", str(spec), "--out", str(self.repository), "--unsafe-unchecked")
        assert run(*words).code == 0
        self.environ = {
            **s3.environ(),
            **bao.environ(),
            **bao.token_file(self.anna.folder / "token"),
        }
        self._bucket()
        self._volume()
        data = base64.b64encode(b"#cloud-config\nssh_pwauth: false\n").decode()
        (self.held / "secrets.yaml").write_text(f"kind: Secret\ndata:\n  userdata: {data}\n")

    def _canary(self, name: str) -> Path:
        path = self.anna.folder / f"canary-{name}"
        assert run("tce", "canary", "--new", str(path)).code == 0
        return path

    def _seal(self, name: str, *words: str) -> None:
        text = secrets.token_bytes(100_000) + self.canaries[name].read_bytes()
        self.anna.file(name, text)
        endpoint = ("--endpoint-url", self.s3.endpoint)
        ran = self.anna.seal(name, *words, *endpoint, environ=self.environ)
        assert ran.code == 0, ran.err

    def _bucket(self) -> None:
        """Sealed objects and detached bodies; and the traffic of one that went over the VLAN."""
        bucket, passing = self.s3.bucket(), self.s3.bucket()
        self._seal("bucket", "--out", f"s3://{bucket}/models")
        self._seal("detached", "--out", f"s3://{bucket}/bodies", "--detached", self.headers)
        port = urlsplit(self.s3.endpoint).port
        assert port is not None
        with _captured(port, self.held / "vlan.pcap"):
            self._seal("traffic", "--out", f"s3://{passing}/x")
        for one in self.s3.client.list_objects_v2(Bucket=bucket)["Contents"]:
            file = self.held / "bucket" / one["Key"]
            file.parent.mkdir(parents=True, exist_ok=True)
            body = self.s3.client.get_object(Bucket=bucket, Key=one["Key"])["Body"]
            file.write_bytes(body.read())

    def _volume(self) -> None:
        passphrase = base64.b64encode(secrets.token_bytes(48))
        files = {"genome.txt": self.canaries["volume"].read_text()}
        disk(self.held / "disk.img", passphrase, files)
        mount = self.bao.kv()
        kv.put(self.bao.root, mount, "volumes/one", {"passphrase": passphrase.decode()}, after=None)
        self.volume_key = f"bao://{mount}/data/volumes/one"
        self.passphrase = passphrase

    def attack(self, held: Path, *words: str) -> Ran:
        """By the command line, as JSON."""
        canaries = [word for file in self.canaries.values() for word in ("--canary", str(file))]
        said = ("tce", "attack", str(self.repository), "--holdings", str(held), "--tries", "20")
        return run("--json", *said, *canaries, *words, environ=self.environ)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, s3: Lab, bao: OpenBao) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"), s3, bao)


def _read(ran: Ran) -> list[set[str]]:
    tries = json.loads(ran.out)["tries"]
    return [{each["canary"].removeprefix("canary-") for each in one["read"]} for one in tries]


def test_both_halves_of_the_providers_view(scene: Scene) -> None:
    identity = f"age:{scene.anna.folder}/id.age"
    keys = ("--key", identity, "--key", scene.volume_key, "--detached", scene.headers)
    ran = scene.attack(scene.held, *keys)
    assert ran.code == 0, ran.out + ran.err
    assert _read(ran) == [set(), set(), {"bucket", "detached", "traffic"}, {"volume"}]
    for file in scene.canaries.values():
        assert file.read_text().strip() not in ran.out + ran.err
    held = json.loads(ran.out)["held"]
    assert held["volumes"] == 1
    assert held["sealed objects"] >= 2
    assert held["packets of other"] > 0


def test_the_search_for_canaries_finds_none_of_them_in_what_is_held(scene: Scene) -> None:
    words = [word for file in scene.canaries.values() for word in ("--canary", str(file))]
    ran = run("tce", "canary", str(scene.held), str(scene.repository), *words)
    assert ran.code == 0, ran.out
    ran = run("tce", "canary", str(scene.anna.folder), *words)
    assert ran.code == 3


def test_a_passphrase_in_a_secret_of_harvester_gives_the_volume_away(
    scene: Scene, tmp_path: Path
) -> None:
    held = Path(shutil.copytree(scene.held, tmp_path / "held"))
    value = base64.b64encode(scene.passphrase).decode()
    (held / "longhorn.yaml").write_text(f"kind: Secret\ndata:\n  CRYPTO_KEY_VALUE: {value}\n")
    ran = scene.attack(held)
    assert ran.code == 3
    assert _read(ran) == [{"volume"}]


def test_the_disk_of_the_object_store_gives_nothing_away(scene: Scene, tmp_path: Path) -> None:
    """What lies there is cut and packed as SeaweedFS likes it; objects are found in it."""
    held = tmp_path / "held"
    shutil.copytree(scene.s3.server._folder, held, ignore=shutil.ignore_patterns("*.sock"))
    ran = scene.attack(held, "--key", f"age:{scene.anna.folder}/id.age")
    assert json.loads(ran.out)["held"]["sealed objects"] >= 1
    alone, added = _read(ran)
    assert alone == set()
    assert added >= {"bucket", "traffic"}


@pytest.mark.parametrize("argon", [False, True])
@pytest.mark.parametrize("sector", [512, 4096])
def test_cryptsetup_opens_volumes_that_are_made_here(
    tmp_path: Path, argon: bool, sector: int
) -> None:
    (tmp_path / "disk").write_bytes(
        volume(bytes(1 << 20), b"passphrase", argon=argon, sector=sector)
    )
    assert opens(tmp_path / "disk", b"passphrase")
    assert not opens(tmp_path / "disk", b"another")


@pytest.mark.parametrize(
    "options",
    [
        ("--pbkdf", "argon2id", "--pbkdf-memory", "65536", "--pbkdf-force-iterations", "4"),
        ("--pbkdf", "argon2i", "--pbkdf-memory", "65536", "--pbkdf-force-iterations", "4"),
        ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--hash", "sha512"),
        ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--sector-size", "4096"),
        ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--key-size", "256"),
    ],
)
def test_volumes_that_cryptsetup_makes_are_read(tmp_path: Path, options: tuple[str, ...]) -> None:
    place = tmp_path / "disk"
    plain = bytes(1 << 20) + b"what the volume holds" + bytes(3 << 20)
    place.write_bytes(plain + bytes((36 << 20) - len(plain)))
    cryptsetup(
        *("reencrypt", "--encrypt", "--type", "luks2", "--batch-mode", "--key-file", "-"),
        *("--force-offline-reencrypt", "--reduce-device-size", "32M", *options, str(place)),
        passphrase=b"passphrase",
    )
    found = luks.read(place.read_bytes(), "disk")
    assert luks.unlock(found, b"another") is None
    key = luks.unlock(found, b"passphrase")
    assert key is not None
    assert b"what the volume holds" in b"".join(luks.plaintext(found, key))
