"""Encrypted disks as files, and a virtual machine that has one and reaches this machine's OpenBao.

A disk is made without the kernel's device mapper, which containers lack: a file system with content
is encrypted where it lies (``cryptsetup reencrypt --encrypt``). Key derivation is short: it is not
what is tested.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

from tests.labs.guest import PATH, Contents, kernel, packed

SIZE = 48 * 2**20
HEADER = 32 * 2**20
"""Bytes that the header takes from the end of the file system's own."""
PROGRAMS = ("qemu-system-x86_64", "python3.11", "busybox", "cpio", "depmod", "cryptsetup")
GUEST = Contents(
    "tests.labs.volume_worker",
    ("cryptsetup",),
    (
        "virtio_pci",
        "virtio_console",
        "virtio_blk",
        "virtio_net",
        "dm_mod",
        "dm_crypt",
        "ecb",
        "xts",
    ),
    ("_ssl", "_hashlib", "_socket"),
    ("tests/__init__.py", "tests/labs/__init__.py", "tests/labs/volume_worker.py"),
)
HOST = "10.0.2.2"
"""This machine's loopback, as the guest sees it (QEMU's user network)."""


def disk(place: Path, passphrase: bytes, files: dict[str, str]) -> Path:
    """A disk of LUKS2 with a file system of ext4 that holds these files."""
    content = place.with_name(f"{place.name}.content")
    content.mkdir()
    for name, text in files.items():
        (content / name).write_text(text)
    with place.open("wb") as file:
        file.truncate(SIZE)
    blocks = (SIZE - HEADER) // 4096
    made = ["mkfs.ext4", "-q", "-b", "4096", "-d", str(content), str(place), str(blocks)]
    subprocess.run(made, check=True, capture_output=True, env={"PATH": PATH})
    shutil.rmtree(content)
    cryptsetup(
        *("reencrypt", "--encrypt", "--type", "luks2", "--batch-mode"),
        *("--force-offline-reencrypt", "--reduce-device-size", f"{HEADER // 2**20}M"),
        *("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"),
        *("--cipher", "aes-xts-plain64", "--key-size", "512", "--key-file", "-", str(place)),
        passphrase=passphrase,
    )
    return place


def cryptsetup(*arguments: str, passphrase: bytes = b"") -> str:
    """One command that has to succeed; what it says."""
    done = subprocess.run(
        ["cryptsetup", *arguments], input=passphrase, capture_output=True, env={"PATH": PATH}
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def opens(place: Path, passphrase: bytes) -> bool:
    """Whether a key slot of a disk opens by a passphrase."""
    done = subprocess.run(
        ["cryptsetup", "open", "--test-passphrase", "--key-file", "-", str(place)],
        input=passphrase,
        capture_output=True,
        env={"PATH": PATH},
    )
    assert done.returncode in (0, 2), done.stderr.decode()
    return done.returncode == 0


class Machine:
    """A virtual machine with one disk; QEMU emulates it (TCG)."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._folder, self._disk = folder, place
        self._console = folder / "console"
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        image, archive = packed(kernel(PROGRAMS), self._folder, GUEST)
        self._child = subprocess.Popen(
            [
                *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1"),
                *("-m", "1024", "-nodefaults", "-display", "none", "-no-reboot"),
                *("-serial", f"file:{self._console}"),
                *("-kernel", str(image), "-initrd", str(archive)),
                *("-append", "console=ttyS0 quiet panic=-1"),
                *("-drive", f"file={self._disk},format=raw,if=none,id=disk"),
                *("-device", "virtio-blk-pci,drive=disk"),
                *("-netdev", "user,id=net,restrict=off", "-device", "virtio-net-pci,netdev=net"),
                *("-device", "virtio-serial-pci", "-chardev", "stdio,id=port,signal=off"),
                *("-device", "virtserialport,chardev=port,name=volume"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": PATH},
        )
        try:
            assert self._answer() == "ready"
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def ask(self, do: str, **said: str) -> dict[str, Any]:
        """One command of the guest's worker."""
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"do": do, **said}) + "\n")
        self._child.stdin.flush()
        answer: dict[str, Any] = self._answer()
        return answer

    def _answer(self) -> Any:
        assert self._child is not None
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, self._console.read_text(errors="replace")[-3000:]
        return json.loads(line)
