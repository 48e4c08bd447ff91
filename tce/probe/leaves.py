"""Two leaf switches with a trunk between them: Open vSwitch in user space, in namespaces.

Run as a process of its own: one JSON object on standard input, one on standard output. Whatever
ends this process ends the switches and the namespaces with it. Source: ovs-vswitchd.conf.db(5) of
Open vSwitch 3.1.
"""

import ctypes
import json
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from blueprints.errors import ExpectedError
from tce.probe.errors import ProbeError
from tce.probe.frames import MARK, number_of
from tce.probe.namespaces import PROGRAMS, Namespaces, missing

LEAVES, WIRES = ("leaf1", "leaf2"), "leaves"
AT_ONCE, PAUSE = 64, 0.001
"""Frames sent at once, and seconds until the next: more at a time are lost, never led astray."""
QUIET, SLOWEST = 0.5, 20.0
"""Seconds without a frame until all arrived; and until a switch has to be up."""
TRIES = 5
"""How often a frame is sent that has to be heard and is not, more slowly each time."""
CONTROL = 2
"""A VLAN that all ports are in, for the control."""
TYPE = 0x88B5
"""Of frames: IEEE 802's for experiments."""
_TAG = 0x8100
_ALL = 0x0003
_BROADCAST = b"\xff" * 6
_END_WITH_US, _KILL = 1, signal.SIGKILL
_SCHEMAS = (
    "/usr/share/openvswitch/vswitch.ovsschema",
    "/usr/local/share/openvswitch/vswitch.ovsschema",
)


class Leaves:
    """Ports are named, lie on a leaf, and are access ports of a VLAN."""

    def __init__(self, folder: Path, path: str) -> None:
        """``folder``: for databases and sockets; a short path, as sockets need one."""
        self._folder, self._path = folder, ":".join(filter(None, (path, PROGRAMS)))
        self._spaces = Namespaces(path)
        self._children: list[subprocess.Popen[bytes]] = []
        self._wire: dict[str, socket.socket] = {}
        self._mac: dict[str, bytes] = {}

    def build(self, ports: Sequence[Mapping[str, Any]]) -> None:
        """A host for each port, and the program of the switches; there is no switch yet."""
        for name in (WIRES, *(port["name"] for port in ports)):
            self._spaces.add(name)
        self._spaces.settings(WIRES, {"ipv6/conf/default/disable_ipv6": 1})
        lines = ["link set lo up", "link add name trunk1 type veth peer name trunk2"]
        lines += ["link set trunk1 up", "link set trunk2 up"]
        for number, port in enumerate(ports):
            mac = f"02:00:00:00:02:{number:02x}"
            self._mac[port["name"]] = bytes.fromhex(mac.replace(":", ""))
            space = self._spaces.path(port["name"])
            lines += [
                f"link add name p{number} type veth peer name wire address {mac} netns {space}",
                f"link set p{number} up",
            ]
        self._spaces.ip(WIRES, lines)
        for port in ports:
            self._host(port["name"])
        self._start()

    def connect(self, ports: Sequence[Mapping[str, Any]], trunks: Sequence[int]) -> None:
        """Make both switches anew, which know no host yet, with their ports."""
        carried = ",".join(map(str, trunks))
        words = []
        for place, leaf in enumerate(LEAVES, 1):
            words += [*("--", "--if-exists", "del-br", leaf), *("--", "add-br", leaf)]
            words += [*("--", "set", "bridge", leaf)]
            words += ["datapath_type=netdev", "--", "add-port", leaf, f"trunk{place}"]
            words += [f"trunks={carried}", "vlan_mode=trunk"]
        for number, port in enumerate(ports):
            words += ["--", "add-port", LEAVES[port["leaf"] - 1], f"p{number}"]
            words += [f"tag={port['tag']}", "vlan_mode=access"]
        self._spaces.enter(WIRES)
        self._vsctl(*words[1:])

    def _host(self, name: str) -> None:
        self._spaces.settings(name, {"ipv6/conf/wire/disable_ipv6": 1})
        self._spaces.ip(name, ["link set wire up"])
        self._wire[name] = opened = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)
        )
        opened.bind(("wire", _ALL))
        with suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
        opened.setblocking(False)

    def _start(self) -> None:
        schema = next((one for one in _SCHEMAS if Path(one).exists()), None)
        if schema is None:
            raise missing("ovs-vswitchd")
        self._spaces.enter(WIRES)
        base, remote = self._folder / "conf.db", f"punix:{self._folder}/db"
        self._spaces.run("ovsdb-tool", "create", str(base), schema)
        quiet = ("-vconsole:off", "-vsyslog:off")
        self._child("ovsdb-server", str(base), f"--remote={remote}", *quiet, control="database")
        self._until(self._folder / "db")
        self._vsctl("--no-wait", "init")
        self._child("ovs-vswitchd", f"unix:{self._folder}/db", *quiet, control="switch")

    def _child(self, *command: str, control: str) -> None:
        try:
            started = subprocess.Popen(  # noqa: S603 - a fixed program; no shell
                [*command, f"--unixctl={self._folder}/{control}", "--no-chdir"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": self._path, "OVS_RUNDIR": str(self._folder)},
                preexec_fn=_ends_with_us,
            )
        except FileNotFoundError as error:
            raise missing("ovs-vswitchd") from error
        self._children.append(started)

    def _until(self, there: Path) -> None:
        until = time.monotonic() + SLOWEST
        while not there.exists():
            if time.monotonic() > until or self._children[-1].poll() is not None:
                raise ProbeError("Open vSwitch does not start here, so VLANs were not probed")
            time.sleep(0.02)

    def _vsctl(self, *words: str) -> None:
        seconds = f"--timeout={SLOWEST:.0f}"
        self._spaces.run("ovs-vsctl", f"--db=unix:{self._folder}/db", seconds, *words)

    def send(self, frames: Sequence[Sequence[Any]]) -> dict[int, set[str]]:
        """Send frames; who heard which.

        Each is a list: number, sender, tags from the outer one, receiver (None: everybody), and who
        has to hear it. What a busy switch loses is sent again: what is blocked is so every time.
        """
        arrived: dict[int, set[str]] = {}
        left = list(frames)
        for again in range(TRIES):
            self._once(left, arrived, slower=again)
            left = [one for one in left if not arrived.get(one[0], set()).issuperset(one[4])]
            if not left:
                break
        return arrived

    def _once(
        self, frames: Sequence[Sequence[Any]], arrived: dict[int, set[str]], slower: int
    ) -> None:
        at_once = max(1, AT_ONCE >> 2 * slower)
        for start in range(0, len(frames), at_once):
            for number, sender, tags, receiver, _ in frames[start : start + at_once]:
                to = _BROADCAST if receiver is None else self._mac[receiver]
                with suppress(BlockingIOError):
                    self._wire[sender].send(frame(number, self._mac[sender], to, tags))
            time.sleep(PAUSE)
            self._look(arrived, 0)
        while self._look(arrived, QUIET):
            continue

    def _look(self, arrived: dict[int, set[str]], seconds: float) -> bool:
        ready, _, _ = select.select(list(self._wire.values()), [], [], seconds)
        for name, opened in self._wire.items():
            while opened in ready:
                try:
                    data, (_, _, kind, _, _) = opened.recvfrom(2048)
                except BlockingIOError:
                    break
                number = number_of(data)
                # What is sent is heard as well (4: outgoing); all else got to this wire.
                if number is not None and kind != 4:
                    arrived.setdefault(number, set()).add(name)
        return bool(ready)

    def end(self) -> None:
        """Stop the switches."""
        for child in reversed(self._children):
            child.kill()
            child.wait()


def control(leaves: Leaves, ports: Sequence[Mapping[str, Any]]) -> None:
    """With all ports in one VLAN everybody hears everybody; raises ProbeError where not."""
    leaves.connect([{**port, "tag": CONTROL} for port in ports], [CONTROL])
    names = {port["name"] for port in ports}
    frames = [(n, name, (), None, names - {name}) for n, name in enumerate(sorted(names), 1)]
    arrived = leaves.send(frames)
    if any(not arrived.get(one[0], set()).issuperset(one[4]) for one in frames):
        raise ProbeError(
            "Open vSwitch passes no frames here even where all is one VLAN, so VLANs were not "
            "probed: it needs /dev/net/tun and raw sockets",
            "run it as root (sudo)",
        )


def frame(number: int, source: bytes, destination: bytes, tags: Sequence[int]) -> bytes:
    """A frame of at least 60 bytes that carries its number, with tags of 802.1Q."""
    head = destination + source
    for tag in tags:
        head += _TAG.to_bytes(2, "big") + tag.to_bytes(2, "big")
    head += TYPE.to_bytes(2, "big")
    tail = MARK + number.to_bytes(4, "big")
    return head + bytes(max(0, 60 - len(head) - len(tail))) + tail


def _ends_with_us() -> None:
    """In the child: the kernel ends it with us, whatever ends us (PR_SET_PDEATHSIG, prctl(2))."""
    ctypes.CDLL(None).prctl(_END_WITH_US, _KILL)


def main() -> None:
    """Do what is asked, once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = json.load(sys.stdin)
    answer: dict[str, Any]
    leaves = None
    try:
        leaves = Leaves(Path(asked["folder"]), asked["path"])
        ports = asked["ports"]
        leaves.build(ports)
        control(leaves, ports)
        leaves.connect(ports, asked["trunks"])
        found = leaves.send(asked["frames"])
        answer = {"answer": {number: sorted(names) for number, names in found.items()}}
    except ExpectedError as error:
        answer = {"refused": str(error), "hints": list(getattr(error, "__notes__", ()))}
    except OSError as error:
        answer = {"refused": f"the kernel refuses: {error}", "hints": []}
    finally:
        if leaves is not None:
            leaves.end()
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
