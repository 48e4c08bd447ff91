"""The first process of a host: makes its root folder from an image, and is its init afterwards.

``boot.py HOST IMAGE_PROGRAMS DISK|- BOOT_ID``, in new mount, PID, network and host name namespaces.
The image is this machine's root file system, read-only below; what the host writes goes to DISK, or
with ``-`` to memory of its own, and is gone with it. Kernel settings are a copy: a host must not
set this machine's. Ends when it is killed, and everything in it ends with it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path

HIDDEN = ("root", "home", "tmp", "work", "srv", "mnt", "media", "run", "opt", "var/tmp")
"""What this machine has and an image has not."""
NAMES = {
    "blank": ("mkfs.ext4", "mkfs.xfs", "blkid", "wipefs"),
    "swap": ("swapon", "swapoff"),
    "tables": ("iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore"),
}
"""Programs that are several, told apart by the name they are called by."""


def mount(*arguments: str) -> None:
    """Mount, or die: a host without its own root must not run anything."""
    subprocess.run(["/bin/mount", *arguments], check=True)


def overlay(disk: str) -> Path:
    """The root folder: the image below, what this host wrote above."""
    stage = Path("/mnt")
    mount("-t", "tmpfs", "-o", "mode=755", "memory", str(stage))
    root, above = stage / "root", Path(disk) if disk != "-" else stage / "memory"
    for folder in (root, above / "upper", above / "work"):
        folder.mkdir(parents=True, exist_ok=True)
    layers = f"lowerdir=/,upperdir={above / 'upper'},workdir={above / 'work'}"
    mount("-t", "overlay", "-o", layers, "overlay", str(root))
    return root


def devices(root: Path) -> None:
    """A /dev with what programs ask for."""
    dev = root / "dev"
    mount("-t", "tmpfs", "-o", "mode=755", "dev", str(dev))
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        (dev / name).touch()
        mount("--bind", f"/dev/{name}", str(dev / name))
    (dev / "pts").mkdir()
    mount("-t", "devpts", "-o", "newinstance,ptmxmode=666", "pts", str(dev / "pts"))
    (dev / "ptmx").symlink_to("pts/ptmx")
    (dev / "shm").mkdir(mode=0o1777)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (dev / name).symlink_to(f"/proc/self/fd{target}")


def kernel(root: Path, boot_id: str) -> None:
    """The host's own /proc and /sys; settings are a copy that can be written without harm."""
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("-t", "sysfs", "-o", "ro", "sysfs", str(root / "sys"))
    settings = root / "run/settings"
    for folder, _, names in os.walk("/proc/sys"):
        copy = settings / Path(folder).relative_to("/proc/sys")
        copy.mkdir(parents=True, exist_ok=True)
        for name in names:
            try:
                (copy / name).write_bytes(Path(folder, name).read_bytes())
            except OSError:
                continue
    (settings / "kernel/random/boot_id").write_text(boot_id + "\n")
    mount("--bind", str(settings), str(root / "proc/sys"))
    mount("-t", "tmpfs", "-o", "mode=755", "modules", str(root / "sys/module"))
    mount("-t", "tmpfs", "-o", "mode=755", "cgroup", str(root / "sys/fs/cgroup"))
    (root / "sys/fs/cgroup/cgroup.controllers").write_text("cpu io memory pids\n")
    # A kernel without modules has no such list to lie over.
    if Path("/proc/modules").exists():
        (root / "run/modules").touch()
        mount("--bind", str(root / "run/modules"), str(root / "proc/modules"))


def image(root: Path, host: str, programs: Path) -> None:
    """What distinguishes the image from this machine."""
    for name in HIDDEN:
        if (root / name).is_dir() and not (root / name).is_symlink():
            mount("-t", "tmpfs", "-o", "mode=755", "memory", str(root / name))
    for name in ("tmp", "var/tmp"):
        (root / name).chmod(0o1777)
    for folder in ("run/lab", "run/lock", "run/systemd/system"):
        (root / folder).mkdir(parents=True)
    for program in programs.glob("*.py"):
        if program.name not in ("__init__.py", "boot.py"):
            for name in NAMES.get(program.stem, (program.stem,)):
                install(root, program, name)
    # This machine's services are not the image's; what a host with a disk has since is its own.
    if not (root / "etc/image").exists():
        shutil.rmtree(root / "etc/systemd/system", ignore_errors=True)
        (root / "etc/systemd/system").mkdir(parents=True)
        (root / "etc/machine-id").write_text(uuid.uuid4().hex + "\n")
        (root / "etc/image").touch()
    (root / "etc/hostname").write_text(host + "\n")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {host}\n")


def install(root: Path, program: Path, name: str) -> None:
    """Put a program where the image has one of its name; the image's own becomes ``NAME.real``."""
    for folder in ("usr/local/sbin", "usr/bin", "usr/sbin"):
        place = root / folder / name
        real = place.with_name(f"{place.name}.real")
        if place.exists() and not real.exists() and folder != "usr/local/sbin":
            place.rename(real)
        if folder == "usr/local/sbin" or real.exists():
            shutil.copy(program, place)
            place.chmod(0o755)


def main(host: str, programs: str, disk: str, boot_id: str) -> None:
    """Boot, say so, and take in what orphans leave until killed."""
    mount("--make-rprivate", "/")
    socket.sethostname(host)
    root = overlay(disk)
    image(root, host, Path(programs))
    devices(root)
    kernel(root, boot_id)
    (root / "mnt/old").mkdir()
    os.chdir(root)
    subprocess.run(["pivot_root", ".", "mnt/old"], check=True)
    os.chdir("/")
    subprocess.run(["/bin/umount", "--lazy", "/mnt/old"], check=True)
    subprocess.run(["/usr/local/sbin/systemctl", "boot"])
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    Path("/run/lab/up").touch()
    while True:
        signal.sigwait([signal.SIGCHLD])
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    main(*sys.argv[1:])
