"""Network namespaces of one process, rootless where the kernel allows it.

They have no names and hold no more than file descriptors: whatever ends the process, they are gone.
Source: unshare(2), setns(2), user_namespaces(7).
"""

import ctypes
import errno
import os
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from tce.probe.errors import ProbeError

NEW_USER = 0x1000_0000
NEW_NET = 0x4000_0000
PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
"""Where nft and ip are; users' own PATH often lacks the first three."""


class Namespaces:
    """Made one by one; the process stays in the last one that it entered."""

    def __init__(self, path: str = "") -> None:
        """Leave the machine's own network; raises ProbeError where the kernel does not allow it.

        ``path``: where programs are looked for first, as the variable PATH.
        """
        self._path = ":".join(filter(None, (path, PROGRAMS)))
        _leave()
        self._handles: dict[str, int] = {}

    def add(self, name: str) -> None:
        """Make an empty network and enter it."""
        try:
            _unshare(NEW_NET)
        except OSError as error:
            # Ubuntu lets users make a user namespace, and nothing in it.
            raise _kept_from_us(error) from error
        self._handles[name] = os.open("/proc/self/ns/net", os.O_RDONLY)

    def enter(self, name: str) -> None:
        """Sockets and programs that are started from now on are in this one."""
        if _library().setns(self._handles[name], NEW_NET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), "setns")

    def path(self, name: str) -> str:
        """What ``ip link add .. netns`` takes."""
        return f"/proc/{os.getpid()}/fd/{self._handles[name]}"

    def ip(self, name: str, lines: Iterable[str]) -> None:
        """Run ``ip -batch`` in a namespace, which is entered; raises ProbeError with its words."""
        self.enter(name)
        self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")

    def run(self, *command: str, text: str | bytes = "") -> str:
        """A program's output, run where we are; raises ProbeError where it is missing or fails."""
        return run(*command, text=text, path=self._path)

    def settings(self, name: str, values: Mapping[str, int | str]) -> None:
        """Write kernel settings (below ``/proc/sys/net``) of a namespace, which is entered."""
        self.enter(name)
        for key, value in values.items():
            file = Path("/proc/sys/net") / key
            try:
                file.write_text(f"{value}\n")
            except FileNotFoundError:
                # A kernel without this setting has nothing to be switched off.
                continue
            except OSError as error:
                raise ProbeError(
                    f"{file} of a new network namespace cannot be set: {error.strerror}",
                    "run it where /proc/sys may be written, such as outside of a container",
                ) from error


def run(*command: str, text: str | bytes = "", path: str = PROGRAMS) -> str:
    """A program's output; raises ProbeError where it is missing or fails."""
    given = text.encode() if isinstance(text, str) else text
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; no shell
            command, input=given, capture_output=True, env={"PATH": path, "LC_ALL": "C"}
        )
    except FileNotFoundError as error:
        raise missing(command[0]) from error
    except OSError as error:
        raise ProbeError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise ProbeError(f"{' '.join(command)}: {said[0]}")
    return done.stdout.decode()


def missing(program: str) -> ProbeError:
    """What to say of a program that is not there."""
    packages = {"nft": "nftables", "ip": "iproute2", "ovs-vswitchd": "openvswitch-switch"}
    package = packages.get(program, program)
    return ProbeError(
        f"the program {program} is not on this machine, and packets cannot be sent without it",
        f"apt-get install --no-install-recommends {package}",
    )


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _unshare(flags: int) -> None:
    if _library().unshare(flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "unshare")


def _leave() -> None:
    """As root a network of our own; as anybody else a user namespace with one as well."""
    user, group = os.getuid(), os.getgid()
    try:
        if user == 0:
            with suppress(PermissionError):
                _unshare(NEW_NET)
                return
        _unshare(NEW_USER | NEW_NET)
        with suppress(FileNotFoundError):
            Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    except OSError as error:
        raise _kept_from_us(error) from error


def _kept_from_us(error: OSError) -> ProbeError:
    said = errno.errorcode.get(error.errno or 0, "") or str(error)
    return ProbeError(
        f"this kernel lets you make no network namespace ({said}): packets cannot be sent",
        "run it as root (sudo), or let users make namespaces: "
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), "
        "sysctl kernel.unprivileged_userns_clone=1 (Debian)",
        "in a container: docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN",
    )
