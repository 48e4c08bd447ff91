"""Sends what was chosen, then answers and errors about it, and holds three witnesses to the intent.

Wire, log and counters have to say the same of every packet, and that what the intent says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Protocol

from tce.probe.choose import Probe
from tce.probe.lab import Lab, Seen, Sent
from tce.probe.reach import ESTABLISHED, INVALID, NEW, RELATED, Reach, begun, changed, turned
from tce.space.header import ICMP, ICMP6, SCTP, TCP, Field, Packet


class Judge(Protocol):
    """Says what lets a packet pass (the name of a flow); None where nothing does."""

    def must(self, packet: Packet) -> str | None:
        """What has to let it pass."""
        ...

    def may(self, packet: Packet) -> str | None:
        """What may let it pass."""
        ...


class Everything:
    """Of the control: all of it passes."""

    def must(self, packet: Packet) -> str:
        """The control itself."""
        return "control"

    may = must


AT_ONCE = 20_000
"""Connections that the kernel has to remember at the same time; it knows 65,536 or more."""
MOST_ANSWERS = 5_000
"""Answers in one part of very many packets."""
MOST_ERRORS = 2_000
"""Connections of those that ICMP errors are sent about, each of them twice."""
GATEWAY = "gateway"
_ERRORS = {4: ((3, 3), (11, 0), (12, 0)), 6: ((1, 4), (2, 0), (3, 0), (4, 0))}
_SYN_ACK = 40
_ECHO_REPLY = {4: 0, 6: 129 << 8}


@dataclass(frozen=True)
class Mismatch:
    """A packet that did not do what the intent says, or of which witnesses disagree."""

    what: str
    """``passed``, ``blocked``, ``astray``, ``twice``, ``not logged``, ``logged``, ``counters``."""
    packet: str
    """In words that ``tutela tce explain --packet`` reads; empty for counters."""
    sender: str
    flow: str | None
    """Which flow it breaks."""
    why: str
    """Why it was sent: ``random``, ``boundary``, ``witness``, ``answer``, ``error``."""
    arrived: tuple[str, ...]


@dataclass
class Outcome:
    """Of one ruleset."""

    sent: Counter[str] = field(default_factory=Counter)
    """By why."""
    wire: int = 0
    """Packets that arrived."""
    logged: int = 0
    counted: int | None = 0
    """By the kernel's counters; None: a rule that logs has none."""
    mismatches: list[Mismatch] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    sent: Sent
    why: str
    flow: str | None
    """What has to let it pass."""
    may: bool
    """Whether it may pass."""
    to: str


class Trial:
    """Of one ruleset, loaded in a lab."""

    def __init__(self, lab: Lab, judge: Judge, first: int = 1) -> None:
        """``first``: a number that no packet had yet in this lab."""
        self._lab, self._judge = lab, judge
        self._reach = Reach(lab.topology)
        networks = [
            (host, one) for host in lab.topology.hosts for one in map(ip_network, host.networks)
        ]
        self._somebody = {
            family: [
                (host, int(one.network_address)) for host, one in networks if one.version == family
            ]
            for family in (4, 6)
        }
        self.next = first
        self.outcome = Outcome()

    def run(self, probes: Sequence[Probe], *, logs: bool = True, forged: bool = True) -> Outcome:
        """Send everything; ``logs``: whether what is refused has to be logged and counted.

        ``forged``: whether errors are sent by who has no part in a connection too.
        """
        for start in range(0, len(probes), AT_ONCE):
            some = [self._first(probe) for probe in probes[start : start + AT_ONCE]]
            seen = self._send(some, logs)
            passed = {case.sent.number for case in some if case.sent.number in seen.arrived}
            routed = [case for case in some if case.sent.packet[Field.OIF]]
            asked = routed if len(probes) <= AT_ONCE else _some(routed, passed)
            answers = [self._answer(case, case.sent.number in passed) for case in asked]
            answered = self._send(answers, logs).arrived
            # An answer to what was refused may itself begin a connection, between the same ends.
            passed |= {
                case.sent.number
                for case, answer in zip(asked, answers, strict=True)
                if answer.sent.number in answered
            }
            self._send(list(self._errors(routed, passed, forged)), logs)
            self._lab.forget()
        if logs:
            self._count()
        return self.outcome

    def _number(self) -> int:
        self.next += 1
        return self.next - 1

    def _first(self, probe: Probe) -> _Case:
        return self._case(Sent(self._number(), probe.host, probe.packet), probe.why)

    def _case(self, sent: Sent, why: str) -> _Case:
        flow = self._judge.must(sent.packet)
        may = flow is not None or self._judge.may(sent.packet) is not None
        return _Case(sent, why, flow, may, self._to(sent.packet))

    def _to(self, packet: Packet) -> str:
        host = self._reach.receiver(packet)
        return GATEWAY if host is None else host.name

    def _answer(self, case: _Case, passed: bool) -> _Case:
        """What the other end would say: it passes if, and only if, there is a connection."""
        packet = turned(case.sent.packet)
        proto = packet[Field.PROTO]
        if proto == TCP:
            packet = changed(packet, FLAGS=_SYN_ACK)
        if proto in (ICMP, ICMP6):
            # Connection tracking knows a question by its code too.
            packet = changed(packet, ICMP=_ECHO_REPLY[packet.family] | packet[Field.ICMP] & 0xFF)
        packet = self._reach.routed(changed(packet, STATE=NEW))
        known = passed and begun(case.sent.packet) == NEW
        if known:
            packet = changed(packet, STATE=ESTABLISHED)
        elif proto == SCTP:
            packet = changed(packet, STATE=INVALID)
        sent = Sent(self._number(), case.to, packet, answers=case.sent.number)
        return self._case(sent, "answer")

    def _forged(self, case: _Case, place: int) -> _Case:
        """An error about a connection that is there, from somebody who has no part in it."""
        packet = case.sent.packet
        family = packet.family
        hosts = self._somebody[family]
        host, address = hosts[place % len(hosts)]
        kind, code = _ERRORS[family][place % len(_ERRORS[family])]
        forged = changed(
            turned(packet),
            SRC=address,
            IIF=self._lab.topology.leg(host.leg),
            **_error(family, kind, code),
        )
        forged = changed(self._reach.routed(forged), STATE=RELATED)
        about = replace(case.sent, about=None)
        return self._case(Sent(self._number(), host.name, forged, about=about), "error")

    def _errors(self, cases: Iterable[_Case], passed: set[int], forged: bool) -> Iterator[_Case]:
        """ICMP errors about every tenth packet, and about connections that are there."""
        left = MOST_ERRORS
        for place, case in enumerate(cases):
            there = case.sent.number in passed and begun(case.sent.packet) == NEW
            left -= there
            if place % 10 and not (there and left >= 0):
                continue
            family = case.sent.packet.family
            kind, code = _ERRORS[family][place % len(_ERRORS[family])]
            packet = changed(turned(case.sent.packet), **_error(family, kind, code))
            packet = changed(self._reach.routed(packet), STATE=RELATED if there else INVALID)
            sent = Sent(self._number(), case.to, packet, about=replace(case.sent, about=None))
            yield self._case(sent, "error")
            if there and forged and self._somebody[family]:
                yield self._forged(case, place)

    def _send(self, cases: Sequence[_Case], logs: bool) -> Seen:
        seen = self._lab.send([case.sent for case in cases])
        logged = Counter(seen.logged)
        self.outcome.wire += len(seen.arrived)
        self.outcome.logged += len(seen.logged)
        for case in cases:
            self.outcome.sent[case.why] += 1
            found = seen.arrived.get(case.sent.number, ())
            for what in _wrong(case, found, logged[case.sent.number] if logs else None):
                self.outcome.mismatches.append(
                    Mismatch(
                        what, str(case.sent.packet), case.sent.host, case.flow, case.why, found
                    )
                )
        return seen

    def _count(self) -> None:
        counted = self._lab.counted()
        if not counted or any(one.packets is None for one in counted):
            self.outcome.counted = None
        else:
            self.outcome.counted = sum(one.packets or 0 for one in counted)
        if self.outcome.counted != self.outcome.logged:
            self.outcome.mismatches.append(Mismatch("counters", "", "", None, "", ()))


def _some(cases: Sequence[_Case], passed: set[int]) -> list[_Case]:
    """Every tenth, and of those that passed the first so many: for more packets than a few."""
    there = [case.sent.number for case in cases if case.sent.number in passed][:MOST_ANSWERS]
    known = set(there)
    return [
        case for place, case in enumerate(cases) if place % 10 == 0 or case.sent.number in known
    ]


def _error(family: int, kind: int, code: int) -> dict[str, int]:
    proto = ICMP if family == 4 else ICMP6
    return {"PROTO": proto, "ICMP": kind << 8 | code, "SPORT": 0, "DPORT": 0, "FLAGS": 0}


def _wrong(case: _Case, arrived: Sequence[str], logged: int | None) -> Iterator[str]:
    if not case.may and arrived:
        yield "passed"
    if case.flow is not None and not arrived:
        yield "blocked"
    if case.may and arrived and case.to not in arrived:
        yield "astray"
    if len(arrived) > 1:
        yield "twice"
    if logged is not None:
        if not arrived and not logged:
            yield "not logged"
        if arrived and logged:
            yield "logged"
