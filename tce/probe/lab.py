"""A gateway with a host for each zone, to load rulesets into and send packets through.

All of it lives in network namespaces of a child process and ends with it; nothing of it is seen
from outside, and no right over this machine's own network is needed.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from tce.probe.errors import ProbeError
from tce.probe.topology import Topology
from tce.space.header import Packet

ACCEPT_ALL = b"""\
table inet control {
	chain forward {
		type filter hook forward priority 0; policy accept;
		ct state invalid accept
	}
	chain input {
		type filter hook input priority 0; policy accept;
	}
}
"""
"""The control: with connection tracking, as a ruleset that asks for it, and without a refusal."""


@dataclass(frozen=True)
class Sent:
    """One packet, and who sends it."""

    number: int
    """From 1; of one lab no number is used twice."""
    host: str
    packet: Packet
    answers: int | None = None
    """The number of the packet that it answers."""
    about: "Sent | None" = None
    """It is an ICMP error about this one."""


@dataclass(frozen=True)
class Seen:
    """What became of packets, by three witnesses; the third counts and names none."""

    arrived: dict[int, tuple[str, ...]]
    """Hosts that got it; ``gateway`` for the gateway itself."""
    logged: tuple[int, ...]
    """What the ruleset logged as refused, in order."""


@dataclass(frozen=True)
class Counted:
    """What the kernel counted at a rule that logs."""

    chain: str
    group: int | None
    packets: int | None
    """None where the rule has no counter."""


class Lab:
    """A context; raises ProbeError where this machine cannot do it."""

    def __init__(self, topology: Topology, path: str = "") -> None:
        """Nothing is made before it is entered; ``path``: where programs are, as the variable."""
        self.topology = topology
        self._path = path
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._child = self._start()
        try:
            self._ask("build", self._described(), self._path)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._child is not None:
            if self._child.stdin is not None and not self._child.stdin.closed:
                self._child.stdin.close()
            if self._child.stdout is not None:
                self._child.stdout.close()
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def load(self, ruleset: bytes) -> tuple[int, ...]:
        """Load exactly these bytes, in place of what was loaded; the log groups it writes to."""
        return tuple(self._ask("load", ruleset.hex()))

    def send(self, packets: Iterable[Sent]) -> Seen:
        """Send them in their order, and wait until nothing more comes."""
        found = self._ask("send", [_spelled(one) for one in packets])
        arrived = {int(number): tuple(hosts) for number, hosts in found["arrived"].items()}
        return Seen(arrived, tuple(found["logged"]))

    def forget(self) -> None:
        """Let the kernel forget every connection."""
        self._ask("forget")

    def counted(self) -> tuple[Counted, ...]:
        """Every rule that logs, since the ruleset was loaded."""
        return tuple(Counted(**one) for one in self._ask("counted"))

    def ruleset(self) -> dict[str, Any]:
        """What the kernel holds, as ``nft -j list ruleset`` says it."""
        return {"nftables": self._ask("ruleset")}

    def _start(self) -> "subprocess.Popen[str]":
        """The worker's process: asked by its standard input, it answers by its output."""
        return subprocess.Popen(
            [sys.executable, "-m", "tce.probe.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _described(self) -> dict[str, Any]:
        """What the worker is to build."""
        return asdict(self.topology)

    def _ask(self, what: str, *arguments: object) -> Any:
        if self._child is None or self._child.stdin is None or self._child.stdout is None:
            raise ValueError("the lab is not entered")
        try:
            self._child.stdin.write(json.dumps({"do": what, "with": arguments}) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._child.stdout.readline()
        if not line:
            code = self._child.wait()
            if code < 0:
                raise ProbeError(f"the process with the namespaces was ended by signal {-code}")
            raise RuntimeError(f"the process with the namespaces ended with {code}")
        answer = json.loads(line)
        if "refused" in answer:
            raise ProbeError(answer["refused"], *answer["hints"])
        return answer["answer"]


def _spelled(one: Sent) -> Sequence[Any]:
    about: Sequence[Any] | None = None
    if one.answers is not None:
        about = [one.answers]
    elif one.about is not None:
        quoted = one.about
        about = [quoted.number, quoted.packet.family, quoted.packet.values]
    return [one.number, one.host, one.packet.family, one.packet.values, about]
