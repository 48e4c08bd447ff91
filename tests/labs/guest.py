"""A virtual machine with a distribution's kernel, for what the machine's own kernel lacks.

QEMU emulates it (TCG): whether there is /dev/kvm does not matter. It boots into the probe's worker
from an archive of files of this machine: busybox, ip, nft, wg, Python, and the modules that it
needs of the kernel's package. Nothing is written but into a folder of the test.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tce.probe.lab import Lab
from tce.probe.topology import Topology

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = (
    "qemu-system-x86_64",
    "python3.11",
    "busybox",
    "cpio",
    "depmod",
    "nft",
    "ip",
    "bridge",
    "wg",
)
MODULES = (
    *("virtio_pci", "virtio_console", "veth", "bridge", "8021q", "wireguard"),
    *("nf_tables", "nft_ct", "nft_log", "nfnetlink_log", "nf_conntrack", "nf_conntrack_netlink"),
)
OURS = ("blueprints/__init__.py", "blueprints/errors.py", "tce/__init__.py", "tests/__init__.py")
ENDS = ("nft", "ip", "bridge", "wg")
PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
LIBRARY = Path("/usr/lib/python3.11")
NOT_NEEDED = ("__pycache__", "test", "idlelib", "lib2to3", "ensurepip", "tkinter", "pydoc_data")
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for one in @modules@; do /bin/busybox insmod /modules/$one || echo "no $one"; done
export PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PATH=@path@
/usr/bin/python3.11 -S -m @worker@
/bin/busybox poweroff -f
"""


@dataclass(frozen=True)
class Contents:
    """What a guest consists of beside busybox and Python."""

    worker: str
    """The module that it runs; when that ends, it is switched off."""
    programs: tuple[str, ...]
    modules: tuple[str, ...]
    extensions: tuple[str, ...]
    """Of Python, whose libraries it needs; patterns of names."""
    ours: tuple[str, ...]


def kernel(programs: Iterable[str] = PROGRAMS) -> Path:
    """The kernel's package; the test is skipped without one, or without a program."""
    said = os.environ.get("GUEST_KERNEL", "")
    if not said:
        pytest.skip("no kernel for a guest: GUEST_KERNEL=linux-image-*-cloud-amd64_*.deb")
    for program in programs:
        if shutil.which(program, path=PATH) is None:
            pytest.skip(f"there is no {program} on this machine")
    return Path(said)


class GuestLab(Lab):
    """A lab whose gateway runs in the guest, with VLANs and a tunnel."""

    def __init__(self, topology: Topology, folder: Path, links: Mapping[str, Any]) -> None:
        super().__init__(topology)
        self._folder, self._links = folder, links
        self._console = folder / "console"

    def __enter__(self) -> Self:
        try:
            return super().__enter__()
        except BaseException:
            if self._console.exists():
                print(self._console.read_text(errors="replace")[-4000:])  # noqa: T201
            raise

    def __exit__(self, *error: Any) -> None:
        # The guest does not end when nobody asks any more.
        if self._child is not None:
            self._child.kill()
        super().__exit__(*error)

    def shout(self, *tags: int) -> dict[str, list[str]]:
        """Everybody on the bridge sends a frame to everybody; who heard whom."""
        found: dict[str, list[str]] = self._ask("shout", tags)
        return found

    def tunnel(self) -> str:
        """Interface, key and second of the last handshake of each peer of the gateway."""
        return str(self._ask("tunnel"))

    def _start(self) -> "subprocess.Popen[str]":
        image, archive = packed(kernel(), self._folder, PROBE)
        return subprocess.Popen(
            [
                *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1"),
                *("-m", "1024", "-nodefaults", "-display", "none", "-no-reboot"),
                *("-serial", f"file:{self._console}"),
                *("-kernel", str(image), "-initrd", str(archive)),
                *("-append", "console=ttyS0 quiet panic=-1"),
                *("-device", "virtio-serial-pci", "-chardev", "stdio,id=port,signal=off"),
                *("-device", "virtserialport,chardev=port,name=probe"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": PATH},
        )

    def _described(self) -> dict[str, Any]:
        return {**super()._described(), **self._links}


def package(folder: str) -> Iterable[str]:
    """Files of a folder of this project."""
    return (str(one.relative_to(ROOT)) for one in (ROOT / folder).glob("*.py"))


PROBE = Contents(
    "tests.labs.guest_worker",
    ENDS,
    MODULES,
    ("_ctypes",),
    (*OURS, *package("tce/probe"), *package("tce/space"), *package("tests/labs")),
)


def packed(kernel_: Path, folder: Path, contents: Contents) -> tuple[Path, Path]:
    """Kernel and archive to boot."""
    there, root = folder / "package", folder / "root"
    subprocess.run(["dpkg", "-x", str(kernel_), str(there)], check=True)
    image = next((there / "boot").glob("vmlinuz-*"))
    modules = next((there / "lib" / "modules").iterdir())
    for name in ("bin", "proc", "sys", "dev", "run", "tmp", "modules", "app", "etc"):
        (root / name).mkdir(parents=True)
    names = [one.name for one in _modules(there, modules, root / "modules", contents.modules)]
    for program in ("busybox", *contents.programs, "/usr/bin/python3.11"):
        found = shutil.which(program, path=PATH)
        assert found is not None, program
        _copy(Path(found), root)
    shutil.copy(shutil.which("busybox", path=PATH) or "", root / "bin" / "busybox")
    shutil.copytree(
        LIBRARY,
        root / str(LIBRARY)[1:],
        ignore=shutil.ignore_patterns(*NOT_NEEDED, "*.a", "config-*"),
    )
    for pattern in contents.extensions:
        for extension in (LIBRARY / "lib-dynload").glob(f"{pattern}*.so"):
            _libraries(extension, root)
    for file in contents.ours:
        target = root / "app" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    init = root / "init"
    text = INIT.replace("@modules@", " ".join(names)).replace("@path@", PATH)
    init.write_text(text.replace("@worker@", contents.worker))
    init.chmod(0o755)
    archive = folder / "archive"
    with archive.open("wb") as stream:
        files = subprocess.run(["find", "."], cwd=root, check=True, capture_output=True).stdout
        subprocess.run(
            ["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"],
            cwd=root,
            input=files,
            stdout=stream,
            check=True,
        )
    return image, archive


def _modules(there: Path, modules: Path, to: Path, wanted: Iterable[str]) -> list[Path]:
    """Copied, in an order in which they can be loaded."""
    subprocess.run(["depmod", "-b", str(there), modules.name], check=True, env={"PATH": PATH})
    needs = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        name, _, rest = line.partition(":")
        needs[name] = rest.split()
    by_name = {re.sub(r"\.ko.*", "", Path(one).name).replace("-", "_"): one for one in needs}
    found: list[Path] = []
    for name in wanted:
        if name not in by_name:
            continue  # built in
        first = by_name[name]
        # depmod names what has to be there in the reverse order of loading.
        for one in (*reversed(needs[first]), first):
            file = to / Path(one).name
            if file not in found:
                shutil.copy(modules / one, file)
                found.append(file)
    return found


def _copy(program: Path, root: Path) -> None:
    target = root / str(program)[1:]
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, target)
    _libraries(program, root)


def _libraries(file: Path, root: Path) -> None:
    done = subprocess.run(["ldd", str(file)], capture_output=True, text=True)
    for found in re.findall(r"(/\S+) \(0x", done.stdout):
        target = root / found[1:]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, target)
