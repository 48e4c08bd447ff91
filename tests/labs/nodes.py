"""Hosts for Ansible on this machine: each its own network, mounts, processes, name and root folder.

A host's root folder is this machine's, seen through an overlay that takes what the host writes; a
diskless host writes into memory and loses all of it by :meth:`Node.reboot`, like a node of Alps.
Kernel settings are a copy, hardware is played by `tests/labs/programs`. Ansible's own ssh
connection reaches hosts by their address: only the program ``ssh`` is another
(``Lab.environment``), which enters the host instead of asking a server in it.

Everything lives in namespaces of one child process and ends with it: no interface, mount or process
is left in the machine, not even when the tests are killed. Needs root.
"""

import ctypes
import json
import os
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pytest

from tests.labs import programs

PROGRAMS = Path(programs.__file__).parent
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MTU = 9000
"""Of every interface: as on a high-speed network."""
NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of setns(2)."""

SSH = """#!/bin/sh
# Enters the host whose address or name is the first argument that is no option.
while [ $# -gt 0 ]; do
    case "$1" in
        -[bcDEeFIiJLlmOopQRSWw]) shift 2 ;;
        -*) shift ;;
        *) break ;;
    esac
done
host="${1##*@}"
shift
pid="$(cat "@hosts@/$host" 2>/dev/null)" || {
    echo "ssh: connect to host $host port 22: No route to host" >&2
    exit 255
}
exec env -i PATH=@path@ HOME=/root USER=root LANG=C.UTF-8 \\
    nsenter --target "$pid" --mount --net --uts --ipc --pid -- /bin/sh -c "cd; $*"
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="hosts are made by root only")


class Lab:
    """A network of its own with hosts in it; a context."""

    def __init__(self, folder: Path, cidr: str = "10.31.0.1/16") -> None:
        """Addresses of hosts lie in ``cidr``, whose address is the one of the lab's servers."""
        self.folder, self.cidr = folder, cidr
        self.address = cidr.partition("/")[0]
        self.nodes: dict[str, Node] = {}
        self._hosts = folder / "hosts"
        self._init: subprocess.Popen[bytes] | None = None
        self.pid = 0

    def __enter__(self) -> "Lab":
        self._hosts.mkdir(parents=True)
        (self.folder / "disks").mkdir()
        ssh = self.folder / "ssh"
        ssh.write_text(SSH.replace("@hosts@", str(self._hosts)).replace("@path@", PATH))
        ssh.chmod(0o755)
        self._init, self.pid = _unshare(("--net", "--mount"), ["sleep", "infinity"])
        self.enter("mount", "-t", "tmpfs", "disks", str(self.folder / "disks"))
        self.enter("ip", "link", "set", "lo", "up")
        # An address of its own: else it is that of a port, and hosts lose the way when one reboots.
        own = ("address", "02:00:00:00:00:01")
        self.enter("ip", "link", "add", "lab", *own, "type", "bridge")
        self.enter("ip", "address", "add", self.cidr, "dev", "lab")
        self.enter("ip", "link", "set", "lab", "up")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for node in self.nodes.values():
            node.stop()
        if self._init is not None:
            self._init.kill()
            self._init.wait()

    def inside(self, *command: str) -> list[str]:
        """A command as it is run in the lab's network, by this machine."""
        return ["nsenter", "--target", str(self.pid), "--net", "--mount", "--", *command]

    def enter(self, *command: str) -> str:
        """Run a command in the lab's network; its output."""
        done = subprocess.run(self.inside(*command), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout

    def listen(self, port: int = 0, address: str = "") -> socket.socket:
        """A listening TCP socket in the lab's network, for a server of this process."""
        return listening(self.pid, address or self.address, port)

    def node(
        self,
        name: str,
        address: str,
        interface: str = "hsn0",
        *,
        diskless: bool = True,
        files: Mapping[str, str] | None = None,
    ) -> "Node":
        """Boot a host; ``address`` lies in the lab's network, ``files`` are of its image."""
        node = Node(self, name, address, interface, diskless, files or {})
        self.nodes[name] = node
        node.boot()
        return node

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes ansible-playbook use the lab's ssh."""
        return {
            "ANSIBLE_SSH_EXECUTABLE": str(self.folder / "ssh"),
            "ANSIBLE_SSH_TRANSFER_METHOD": "piped",
            "ANSIBLE_SSH_ARGS": "",
        }


class Node:
    """One host."""

    def __init__(
        self,
        lab: Lab,
        name: str,
        address: str,
        interface: str,
        diskless: bool,
        files: Mapping[str, str],
    ) -> None:
        """Not running yet."""
        self.files = files
        self.lab, self.name, self.address, self.interface = lab, name, address, interface
        self.diskless = diskless
        self.pid = 0
        self.boot_id = ""
        self._init: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        """Start from the image; a host with a disk finds what it wrote."""
        self.boot_id = str(uuid.uuid4())
        init = ("/usr/bin/python3", str(PROGRAMS / "boot.py"))
        disk = "-" if self.diskless else str(self.lab.folder / "disks" / self.name)
        self._init, self.pid = _unshare(
            ("--net", "--mount", "--uts", "--ipc", "--pid"),
            [*init, self.name, str(PROGRAMS), disk, self.boot_id],
            around=self.lab.inside(),
        )
        port = f"n{len(self.lab.nodes)}{uuid.uuid4().hex[:6]}"
        wide = ("mtu", str(MTU))
        peer = ("peer", "name", self.interface, *wide, "netns", str(self.pid))
        self.lab.enter("ip", "link", "add", port, *wide, "type", "veth", *peer)
        self.lab.enter("ip", "link", "set", port, "master", "lab", "up")
        within = ["nsenter", "--target", str(self.pid), "--net", "--", "ip"]
        size = self.lab.cidr.partition("/")[2]
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{self.address}/{size}", "dev", self.interface),
            ("link", "set", self.interface, "up"),
            ("route", "add", "default", "via", self.lab.address),
        ):
            subprocess.run([*within, *words], check=True)
        wait_for(lambda: self.path("/run/lab/up").exists(), f"{self.name} does not boot")
        for path, content in self.files.items():
            self.path(path).parent.mkdir(parents=True, exist_ok=True)
            self.path(path).write_text(content)
        for known in (self.name, self.address):
            (self.lab._hosts / known).write_text(str(self.pid))

    def stop(self) -> None:
        """Cut the power."""
        for known in (self.name, self.address):
            (self.lab._hosts / known).unlink(missing_ok=True)
        if self._init is not None:
            self._init.kill()
            self._init.wait()
            self._init = None

    def reboot(self) -> None:
        """What a diskless host wrote is gone: only its image comes back."""
        self.stop()
        self.boot()

    def path(self, path: str) -> Path:
        """A file of the host, seen from here; an absolute link in it would lead out of the host."""
        return Path(f"/proc/{self.pid}/root{path}")

    def run(self, *command: str, check: bool = True, text: str = "") -> str:
        """Run a command in the host; its output."""
        done = subprocess.run(
            [str(self.lab.folder / "ssh"), self.name, " ".join(map(_quoted, command))],
            input=text,
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def calls(self, program: str) -> list[list[str]]:
        """How often a program of `tests/labs/programs` was called, and with what."""
        log = self.path("/var/log/lab.jsonl")
        lines = log.read_text().splitlines() if log.exists() else []
        return [call[1:] for call in map(json.loads, lines) if call[0] == program]


def listening(pid: int, address: str, port: int = 0) -> socket.socket:
    """A TCP socket that listens in the network of another process.

    A socket stays in the network it was made in; a thread goes there to make it, and ends.
    """
    made: list[socket.socket | OSError] = []

    def make() -> None:
        handle = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        try:
            library = ctypes.CDLL(None, use_errno=True)
            if library.setns(handle, NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.create_server((address, port), backlog=64))
        except OSError as error:
            made.append(error)
        finally:
            os.close(handle)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if isinstance(made[0], OSError):
        raise made[0]
    return made[0]


def wait_for(condition: Callable[[], bool], problem: str, seconds: float = 20) -> None:
    """Ask until it holds; AssertionError with the problem when it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, problem
        time.sleep(0.02)


def _unshare(
    namespaces: Sequence[str], command: Sequence[str], around: Sequence[str] = ()
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a command as the first process of new namespaces; the one to kill, and its process."""
    # The kernel ends it with us, whatever ends us.
    process = subprocess.Popen(
        [
            *(*around, "setpriv", "--pdeathsig", "KILL", "unshare", *namespaces),
            *("--fork", "--kill-child", *command),
        ],
        stdin=subprocess.DEVNULL,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_for(lambda: children.read_text().split() != [], f"{' '.join(command)}: does not start")
    return process, int(children.read_text().split()[0])


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
