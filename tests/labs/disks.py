"""A volume and a machine's disk of an institution's life: LUKS2, Clevis, and Tang behind gates."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from blueprints.secret import Secret
from tce.keys.bao import kv
from tce.keys.bao.errors import MissingError
from tests.labs.life import Life
from tests.labs.ports import free_port
from tests.labs.tang import Tang
from tests.labs.volumes import cryptsetup, disk, opens

ENGINE, PATH = "tce-hospital-csi", "genomics/notebook-data"
PASSPHRASE = "bao://tce-hospital-csi/data/genomics/notebook-data"
READER = "policy=tce-hospital-genomics-csi"
"""What the login of the node that mounts the volume may: its service account's."""
STARTUP = 20.0
"""Seconds until a gate must listen."""


@dataclass
class Volume:
    """A volume of the cluster, whose passphrase lies in OpenBao."""

    life: Life
    _nodes: int = 0

    @property
    def file(self) -> Path:
        """The provider has it."""
        return self.life.folder / "volume"

    def make(self, officer: str, shares: list[str], content: str) -> bytes:
        """Make the volume under the passphrase that `keys init` made; the passphrase."""
        passphrase = self._passphrase(officer, shares)
        assert passphrase is not None
        disk(self.file, passphrase, {"canary": content})
        return passphrase

    def opens(self, officer: str, shares: list[str]) -> bool:
        """Whether a node that OpenBao lets read opens the volume now."""
        passphrase = self._passphrase(officer, shares)
        return passphrase is not None and opens(self.file, passphrase)

    def _passphrase(self, officer: str, shares: list[str]) -> bytes | None:
        """What OpenBao tells a node, by a login of the policy that nodes have; None: nothing."""
        self._nodes += 1
        token = self.life.folder / f"node-{self._nodes}.token"
        self.life.run(
            *("tce", "keys", "break-glass", "lena", self.life.repository),
            *("--root", self.life.place, "--out", token, *shares),
            *("--order", self.life.order("break-glass", "lena", "minutes=5", READER)),
            token=officer,
        )
        client = self.life.bao.connect(Secret(token.read_bytes().strip()))
        try:
            found = kv.get(client, ENGINE, PATH, None)
        except MissingError:
            return None
        return found.data["passphrase"].encode()

    def erase(self) -> Path:
        """Wipe its key slots; the header as somebody kept it before."""
        kept = self.life.folder / "volume.header"
        cryptsetup("luksHeaderBackup", str(self.file), "--header-backup-file", str(kept))
        cryptsetup("luksErase", "--batch-mode", str(self.file))
        return kept

    def put_back(self, header: Path) -> None:
        """Restore a header that was kept."""
        cryptsetup(
            *("luksHeaderRestore", "--batch-mode", str(self.file)),
            *("--header-backup-file", str(header)),
        )


@dataclass
class Machine:
    """A disk that two Tang servers have to open, each behind a gate of its own."""

    life: Life
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def file(self) -> Path:
        """Of the machine; whoever steals it has this."""
        return self.life.folder / "machine"

    def gate(self, number: int) -> Path:
        """Folder of a gate."""
        return self.life.folder / f"gate-{number}"

    def __enter__(self) -> Self:
        with self.file.open("wb") as empty:
            empty.truncate(32 * 2**20)
        quick = ("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--key-file", "-")
        enrolment = os.urandom(18).hex().encode()
        cryptsetup(
            *("luksFormat", "--batch-mode", "--type", "luks2", *quick, str(self.file)),
            passphrase=enrolment,
        )
        pins = []
        for number in (1, 2):
            tang = self._stack.enter_context(Tang(self.life.folder / f"tang-{number}"))
            url = self._serve(number, tang)
            said = tang.advertisement(self.life.folder / f"tang-{number}.jws", url)
            pins.append({"url": url, "adv": str(said)})
        policy = json.dumps({"t": 2, "pins": {"tang": pins}})
        subprocess.run(
            [
                *("clevis", "luks", "bind", "-y", "-k", "-", "-s", "1", "-d", str(self.file)),
                *("sss", policy),
            ],
            input=enrolment,
            check=True,
            capture_output=True,
        )
        cryptsetup("luksKillSlot", "--batch-mode", str(self.file), "0")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def starts(self, stolen: bool = False) -> bool:
        """Whether the machine gets its passphrase; or a copy of its disk, elsewhere."""
        place = self.file
        if stolen:
            place = Path(shutil.copy(self.file, self.life.folder / "copy"))
        done = subprocess.run(
            ["clevis", "luks", "pass", "-d", str(place), "-s", "1"], capture_output=True
        )
        return done.returncode == 0 and opens(self.file, done.stdout.rstrip(b"\n"))

    def open(self, number: int, officer: str, order: str, code: int = 0) -> str:
        """Open a window at one of the gates."""
        gate = ("--gate", self.gate(number), "--order", order)
        words = ("tce", "keys", "window", "open", self.life.repository, *gate)
        return self.life.run(*words, token=officer, code=code)

    def _serve(self, number: int, tang: Tang) -> str:
        port = free_port()
        words = [
            *(sys.executable, "-m", "tutela", "tce", "keys", "window", "serve"),
            *(str(self.life.repository), "--gate", str(self.gate(number))),
            *("--listen", f"127.0.0.1:{port}", "--tang", f"127.0.0.1:{tang.port}"),
        ]
        log = self._stack.enter_context((self.life.folder / f"gate-{number}.log").open("wb"))
        child = subprocess.Popen(words, env=self.life.environ(), stdout=log, stderr=log)
        self._stack.callback(_end, child)
        until = time.monotonic() + STARTUP
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except ConnectionRefusedError:
                assert child.poll() is None, Path(log.name).read_text()
                assert time.monotonic() < until, "no gate"
                time.sleep(0.05)
            else:
                return f"http://127.0.0.1:{port}"


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
