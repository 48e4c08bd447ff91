"""Both halves, against what `tutela tce seal` makes, volumes, Secrets and traffic."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tce.attack.attack import Asked, attack
from tce.attack.errors import AttackError
from tce.attack.result import Attack
from tests.labs.luks import volume
from tests.program import run
from tests.tce.attack.test_capture import _tcp, pcap
from tests.tce.seal.people import Person, person, secret

NAMES = ("attached", "detached", "volume", "uploaded")
PASSPHRASE = b"a passphrase of a volume"


class Scene:
    """An institution, and what its provider holds."""

    def __init__(self, folder: Path) -> None:
        self.anna: Person = person(folder / "institution")
        self.repository = folder / "repository"
        self.held = folder / "held"
        self.canaries = {name: self._canary(name) for name in NAMES}
        self.repository.mkdir()
        (self.repository / "machines.yaml").write_text("kind: VirtualMachine\n")
        self.held.mkdir()
        for name, more in (("attached", ()), ("detached", ("--detached", "headers"))):
            self.anna.file(name, b"x" * 70_000 + self._value(name))
            ran = self.anna.seal(name, "--out", f"bucket-{name}", *more)
            assert ran.code == 0, ran.err
            shutil.copytree(self.anna.folder / f"bucket-{name}", self.held / f"bucket-{name}")
        plain = bytes(6000) + self._value("volume") + bytes(60_000)
        (self.held / "disk.img").write_bytes(volume(plain, PASSPHRASE))
        secret(self.anna.folder / "volume.key", PASSPHRASE)
        self._upload()
        data = base64.b64encode(b"#cloud-config\nssh_pwauth: false\n").decode()
        (self.held / "secrets.yaml").write_text(f"kind: Secret\ndata: {{userdata: {data}}}\n")

    def _canary(self, name: str) -> Path:
        path = self.anna.folder / f"canary-{name}"
        assert run("tce", "canary", "--new", str(path)).code == 0
        return path

    def _value(self, name: str) -> bytes:
        return self.canaries[name].read_bytes().strip()

    def _upload(self) -> None:
        """What the VLAN carried: a sealed object over two packets, the second one first."""
        self.anna.file("uploaded", self._value("uploaded"))
        assert self.anna.seal("uploaded", "--out", "sent").code == 0
        text = b"PUT /x HTTP/1.1\r\n\r\n" + (self.anna.folder / "sent/uploaded.age").read_bytes()
        packets = (_tcp(1 + 300, text[300:], tag=412), _tcp(1, text[:300], tag=412))
        (self.held / "vlan.pcap").write_bytes(pcap(*packets))

    def attack(self, *keys: str, headers: bool = False, tries: int = 20) -> Attack:
        """As `tutela tce attack`."""
        store = str(self.anna.folder / "headers") if headers else None
        asked = Asked(self.repository, [self.held], [*self.canaries.values()], keys, store, tries)
        return attack(asked, _nobody, _nobody, secrets.token_bytes, lambda _line: None)

    @property
    def identity(self) -> str:
        return f"age:{self.anna.folder}/id.age"

    @property
    def disk_key(self) -> str:
        return f"file:{self.anna.folder}/volume.key"


def _nobody(*_: object) -> NoReturn:
    raise AssertionError("nobody is asked")


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture
def scene(_made: Scene) -> Scene:
    return _made


@pytest.fixture
def leaky(_made: Scene, tmp_path: Path) -> Path:
    """A copy of what the provider holds, into which a test puts more."""
    return Path(shutil.copytree(_made.held, tmp_path / "held"))


def _with(scene: Scene, held: Path, *keys: str, headers: bool = False) -> Attack:
    store = str(scene.anna.folder / "headers") if headers else None
    asked = Asked(scene.repository, [held], [*scene.canaries.values()], keys, store, 20)
    return attack(asked, _nobody, _nobody, secrets.token_bytes, lambda _line: None)


def _read(result: Attack) -> list[set[str]]:
    return [{each.canary.removeprefix("canary-") for each in one.read} for one in result.tries]


def test_both_halves_are_shown(scene: Scene) -> None:
    result = scene.attack(scene.identity, scene.disk_key, headers=True)
    assert [one.added for one in result.tries] == [
        "what the provider holds",
        "and the headers of the institution",
        f"and {scene.identity}",
        f"and {scene.disk_key}",
    ]
    assert _read(result) == [set(), set(), {"attached", "detached", "uploaded"}, {"volume"}]
    assert result.exit_code == 0
    assert all(one.opened == () for one in result.without)
    for name in NAMES:
        value = scene.canaries[name].read_text().strip()
        assert value not in str(result) + json.dumps(result.as_json())


def test_without_its_header_a_detached_body_opens_with_no_key(scene: Scene) -> None:
    result = scene.attack(scene.identity, scene.disk_key)
    assert result.never == ("canary-detached",)
    assert result.exit_code == 3


def test_without_a_key_half_of_it_is_missing(scene: Scene) -> None:
    assert scene.attack(headers=True).exit_code == 4


LEAKS = {
    "an identity in cloud-init": "attached",
    "a passphrase in a Secret of Harvester": "volume",
    "a header beside its body, and an identity": "detached",
    "a plain copy": "uploaded",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_the_provider_should_not_hold_is_found(scene: Scene, leaky: Path, leak: str) -> None:
    identity = (scene.anna.folder / "id.age").read_bytes()
    if leak == "an identity in cloud-init":
        text = base64.b64encode(b"write_files:\n- content: |\n    " + identity.splitlines()[-1])
        (leaky / "more.yaml").write_bytes(b"kind: Secret\ndata:\n  userdata: " + text + b"\n")
    elif leak == "a passphrase in a Secret of Harvester":
        text = base64.b64encode(PASSPHRASE)
        (leaky / "more.yaml").write_bytes(
            b"kind: Secret\ndata:\n  CRYPTO_KEY_VALUE: " + text + b"\n"
        )
    elif leak == "a header beside its body, and an identity":
        from tce.seal.headers.folder import FolderStore

        store = FolderStore(scene.anna.folder / "headers")
        (leaky / "header").write_bytes(store.current(store.names()[0]).header)
        (leaky / "identity").write_bytes(identity)
    else:
        (leaky / "temporary").write_bytes(scene.canaries["uploaded"].read_bytes())
    result = _with(scene, leaky, scene.identity, scene.disk_key, headers=True)
    assert LEAKS[leak] in _read(result)[0]
    assert result.exit_code == 3


def test_nothing_to_attack_or_to_look_for_is_an_error(scene: Scene, tmp_path: Path) -> None:
    files = list(scene.canaries.values())
    for asked, said in (
        (Asked(scene.repository, [], files), "nothing that the provider holds"),
        (Asked(scene.repository, [scene.held], []), "nothing to look for"),
        (Asked(scene.repository, [tmp_path / "gone"], files), "no such file or folder"),
    ):
        with pytest.raises(AttackError, match=said):
            attack(asked, _nobody, _nobody, bytes, lambda _line: None)
