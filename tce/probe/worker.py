"""The gateway and its hosts, in namespaces of this process, which does what :mod:`lab` asks.

One JSON object for each question on standard input, one for each answer on standard output. When
the one who asks goes, this ends, and every namespace with it.
"""

import json
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from blueprints.errors import ExpectedError
from tce.probe.frames import datagram, ends, error_about, number_of
from tce.probe.namespaces import Namespaces
from tce.probe.netlink import Log, forget_connections
from tce.space.header import FAMILIES, Packet

GATEWAY, WIRES = "gateway", "wires"
AT_ONCE = 64
"""Packets sent before it is looked what arrived: queues of the kernel hold 1,000 (v4) or less."""
QUIET, PATIENCE, LONGEST = 0.02, 1.5, 30.0
"""Seconds without anything new until all is taken to have arrived: once every packet arrived or was
logged, and before; and the most that is waited. A busy machine is late, and late is not refused."""
_ALL, _IPV4, _IPV6 = 0x0003, 0x0800, 0x86DD
_TO_US = 0


class Worker:
    """Built once, then loaded and sent through as often as one likes."""

    def __init__(self) -> None:
        self._spaces: Namespaces
        self._wire: dict[str, socket.socket] = {}
        self._own: list[socket.socket] = []
        self._protocols: set[tuple[int, int]] = set()
        self._mac: dict[str, bytes] = {}
        self._leg_of: dict[str, str] = {}
        self._logs: list[Log] = []

    def build(self, topology: Mapping[str, Any], path: str) -> None:
        """Legs, one bridge for each, one host for each zone; every neighbour known for good."""
        self._spaces = Namespaces(path)
        legs, hosts = topology["legs"], topology["hosts"]
        for name in (WIRES, *(f"host {host['name']}" for host in hosts), GATEWAY):
            self._spaces.add(name)
        gateway = self._spaces.path(GATEWAY)
        self._spaces.settings(WIRES, {"ipv6/conf/default/disable_ipv6": 1})
        lines = []
        for number, leg in enumerate(legs):
            mac = f"02:00:00:00:00:{number:02x}"
            self._mac[leg] = bytes.fromhex(mac.replace(":", ""))
            lines += [
                f"link add name b{number} type bridge mcast_snooping 0",
                f"link add name l{number} type veth peer name {leg} address {mac} netns {gateway}",
                f"link set l{number} master b{number} up",
                f"link set b{number} up",
            ]
        for number, host in enumerate(hosts):
            mac = f"02:00:00:00:{1 + number // 256:02x}:{number % 256:02x}"
            self._mac[host["name"]] = bytes.fromhex(mac.replace(":", ""))
            self._leg_of[host["name"]] = host["leg"]
            space = self._spaces.path(f"host {host['name']}")
            lines += [
                f"link add name h{number} type veth peer name wire address {mac} netns {space}",
                f"link set h{number} master b{legs.index(host['leg'])} up",
            ]
        self._spaces.ip(WIRES, lines)
        for host in hosts:
            self._host(f"host {host['name']}", host["name"])
        self._gateway(topology)
        for space in (WIRES, GATEWAY):
            self._wait_for_links(space)

    def _host(self, space: str, name: str) -> None:
        # Silent: its own stack says nothing, so that all that is counted was sent on purpose.
        self._spaces.settings(space, {"ipv6/conf/wire/disable_ipv6": 1})
        self._spaces.ip(space, ["link set wire up"])
        self._wire[name] = opened = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)
        )
        opened.bind(("wire", _ALL))
        _prepare(opened)

    def _gateway(self, topology: Mapping[str, Any]) -> None:
        legs = topology["legs"]
        self._spaces.settings(
            GATEWAY,
            {
                "ipv4/ip_forward": 1,
                "ipv6/conf/all/forwarding": 1,
                # Sources are spoofed on purpose: the ruleset alone is to refuse them.
                "ipv4/conf/all/rp_filter": 0,
                "ipv4/conf/default/rp_filter": 0,
                "ipv4/conf/all/send_redirects": 0,
                # Neighbours are known; nothing is to be asked.
                "ipv6/conf/default/accept_dad": 0,
                "ipv6/conf/default/router_solicitations": 0,
                **{f"ipv4/conf/{leg}/rp_filter": 0 for leg in legs},
                **{f"ipv4/conf/{leg}/send_redirects": 0 for leg in legs},
                **{f"ipv6/conf/{leg}/accept_dad": 0 for leg in legs},
                **{f"ipv6/conf/{leg}/accept_ra": 0 for leg in legs},
            },
        )
        lines = ["link set lo up", *(f"link set {leg} up" for leg in legs)]
        for leg, addresses in topology["own"].items():
            for address in addresses:
                size = "128 nodad" if ":" in address else "32"
                lines.append(f"address add {address}/{size} dev {leg}")
        for number, host in enumerate(topology["hosts"]):
            mac = ":".join(f"{byte:02x}" for byte in self._mac[host["name"]])
            near = (f"169.254.{1 + number // 250}.{1 + number % 250}", f"fe80::1:{number:x}")
            for hop in near:
                lines.append(f"neigh add {hop} lladdr {mac} dev {host['leg']} nud permanent")
            networks = [*host["networks"], *(["0.0.0.0/0", "::/0"] if host["default"] else [])]
            for network in networks:
                hop = near[":" in network]
                lines.append(f"route add {network} via {hop} dev {host['leg']} onlink")
        self._spaces.ip(GATEWAY, lines)

    def _wait_for_links(self, space: str) -> None:
        """A link that is set up carries nothing until the kernel has seen it (linkwatch): up to
        a second later, and what is sent before is lost. One that stays down the control run tells.
        """
        self._spaces.enter(space)
        began = time.monotonic()
        while time.monotonic() - began < LONGEST:
            links = json.loads(self._spaces.run("ip", "-j", "link", "show"))
            # Kernels bring links of their own, which nobody sets up.
            ours = [one["operstate"] for one in links if "UP" in one["flags"]]
            if all(state in ("UP", "UNKNOWN") for state in ours):
                return
            time.sleep(0.01)

    def load(self, text: str) -> list[int]:
        """Load a ruleset (bytes as hexadecimal digits) in place of what is loaded; its log groups.

        What an earlier ruleset let through is forgotten.
        """
        self._spaces.enter(GATEWAY)
        self._spaces.run("nft", "flush", "ruleset")
        self._spaces.run("nft", "-f", "-", text=bytes.fromhex(text))
        forget_connections()
        for log in self._logs:
            log.close()
        groups = sorted({said["group"] for said in self._logging() if said["group"] is not None})
        self._logs = [Log(group) for group in groups]
        return groups

    def forget(self) -> None:
        """Forget every connection."""
        self._spaces.enter(GATEWAY)
        forget_connections()

    def ruleset(self) -> list[dict[str, Any]]:
        """What the kernel says that it has loaded."""
        self._spaces.enter(GATEWAY)
        found: list[dict[str, Any]] = json.loads(self._spaces.run("nft", "-j", "list", "ruleset"))[
            "nftables"
        ]
        return found

    def _logging(self) -> list[dict[str, Any]]:
        """Each statement that logs: its group, and what the counter of its rule says."""
        listed = self.ruleset()
        named = {
            (one["counter"]["table"], one["counter"]["name"]): one["counter"]["packets"]
            for one in listed
            if "counter" in one
        }
        found = []
        for rule in (one["rule"] for one in listed if "rule" in one):
            said = [part for part in rule["expr"] if "log" in part]
            if not said:
                continue
            counted = [part["counter"] for part in rule["expr"] if "counter" in part]
            packets = None
            if counted:
                own = counted[0]
                packets = named[rule["table"], own] if isinstance(own, str) else own["packets"]
            found.append(
                {
                    "chain": rule["chain"],
                    "group": (said[0]["log"] or {}).get("group"),
                    "packets": packets,
                }
            )
        return found

    def counted(self) -> list[dict[str, Any]]:
        """What was logged, as the kernel counted it: chain, group, packets (None: not counted)."""
        return self._logging()

    def send(self, packets: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """Send packets; who got which, and which were logged.

        Each is a list: number, host, family, values, and None, or the number of the packet that
        it answers, or of the packet that it is an error about with that one's family and values.
        """
        given = list(packets)
        arrived: dict[int, list[str]] = {}
        logged: list[int] = []
        sent: dict[int, tuple[bytes, bytes]] = {}
        self._open({(family, values[4]) for _, _, family, values, _ in given})

        def look(seconds: float) -> bool:
            heard: list[socket.socket | Log] = [*self._wire.values(), *self._own, *self._logs]
            ready = set(select.select(heard, [], [], seconds)[0])
            before = len(arrived) + len(logged)
            for name, opened in self._wire.items():
                if opened in ready:
                    _read_wire(name, opened, sent, arrived)
            for opened in self._own:
                if opened in ready:
                    _read_own(opened, arrived)
            for log in self._logs:
                if log in ready:
                    found = ((number_of(data), ends(data)) for data in log.packets())
                    logged.extend(
                        number for number, both in found if number and sent.get(number) == both
                    )
            return len(arrived) + len(logged) > before

        for start in range(0, len(given), AT_ONCE):
            for number, host, family, values, about in given[start : start + AT_ONCE]:
                data = _bytes(number, family, values, about)
                sent[number] = ends(data)
                kind = _IPV4 if family == 4 else _IPV6
                frame = self._mac[self._leg_of[host]] + self._mac[host] + kind.to_bytes(2, "big")
                with suppress(BlockingIOError):
                    self._wire[host].send(frame + data)
            look(0)

        def patience() -> float:
            return PATIENCE if len(arrived.keys() | set(logged)) < len(given) else QUIET

        began = last = now = time.monotonic()
        while (left := patience() - (now - last)) > 0 and now - began < LONGEST:
            # Answers of the gateway are heard too, and are no progress.
            if look(left):
                last = time.monotonic()
            now = time.monotonic()
        return {"arrived": arrived, "logged": logged}

    def _open(self, wanted: set[tuple[int, int]]) -> None:
        """Hear what the gateway itself is given, after its filter (raw(7))."""
        self._spaces.enter(GATEWAY)
        for family, proto in sorted(wanted - self._protocols):
            self._protocols.add((family, proto))
            kind = socket.AF_INET if family == 4 else socket.AF_INET6
            with suppress(OSError):
                opened = socket.socket(kind, socket.SOCK_RAW, proto)
                _prepare(opened)
                self._own.append(opened)


def _prepare(opened: socket.socket) -> None:
    # With the right to do so, more than the machine's limit for everybody.
    with suppress(OSError):
        opened.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
    opened.setblocking(False)


def _bytes(number: int, family: int, values: Sequence[int], about: Sequence[Any] | None) -> bytes:
    packet = Packet(_family(family), tuple(values))
    if about is None:
        return datagram(packet, number)
    if len(about) == 1:
        return datagram(packet, number, answer_to=about[0])
    quoted = Packet(_family(about[1]), tuple(about[2]))
    return error_about(packet, datagram(quoted, about[0]), number)


def _family(number: int) -> Any:
    return FAMILIES[number == 6]


def _read_wire(
    name: str,
    opened: socket.socket,
    sent: Mapping[int, tuple[bytes, bytes]],
    arrived: dict[int, list[str]],
) -> None:
    while True:
        try:
            data, (_, _, kind, _, _) = opened.recvfrom(65_536)
        except BlockingIOError:
            return
        # A bridge floods what it has not learned; a card takes what is addressed to it.
        number = number_of(data) if kind == _TO_US else None
        # Answers of the gateway quote what they answer: those have other ends.
        if number is not None and len(data) > 34 and sent.get(number) == ends(data[14:]):
            arrived.setdefault(number, []).append(name)


def _read_own(opened: socket.socket, arrived: dict[int, list[str]]) -> None:
    while True:
        try:
            number = number_of(opened.recv(65_536))
        except BlockingIOError:
            return
        if number is not None:
            arrived.setdefault(number, []).append(GATEWAY)


def main() -> None:
    """Answer until there is no more question."""
    # Ctrl-C is the other's: it ends this by closing standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = Worker()
    known: dict[str, Callable[..., Any]] = {
        "build": worker.build,
        "load": worker.load,
        "send": worker.send,
        "forget": worker.forget,
        "counted": worker.counted,
        "ruleset": worker.ruleset,
    }
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer: dict[str, Any] = {"answer": known[question["do"]](*question["with"])}
        except ExpectedError as error:
            answer = {"refused": str(error), "hints": list(getattr(error, "__notes__", ()))}
        except OSError as error:
            answer = {"refused": f"the kernel refuses: {error}", "hints": []}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
