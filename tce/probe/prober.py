"""One environment's gateway in namespaces: what is chosen, the control, and rulesets to try."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any

import yaml

from tce.probe import topology
from tce.probe.choose import Chooser, Chosen, Probe
from tce.probe.errors import ProbeError
from tce.probe.expected import Declared
from tce.probe.lab import ACCEPT_ALL, Lab
from tce.probe.meaning import Meaning
from tce.probe.trial import Everything, Outcome, Trial
from tce.probe.witnesses import WITHOUT_SOLVER
from tce.probe.witnesses import witnesses as proved
from tce.prove.intent import read_intent
from tce.read.formats import read
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tce.space.header import Field, Packet

_INCLUDE = re.compile(rb"""(^|[\s;{}])include\s*["']""")


@dataclass(frozen=True)
class Options:
    """How much is sent."""

    packets: int = 10_000
    """Random ones, besides every boundary and witness."""
    seed: int = 1
    path: str = ""
    """Where nft and ip are looked for, besides where they usually are; as the variable PATH."""


@dataclass(frozen=True)
class Tried:
    """What one ruleset did."""

    chosen: Chosen
    control: int
    """Packets that all arrived while everything was accepted."""
    outcome: Outcome
    limits: tuple[str, ...]
    """What could not be tried, and why."""
    seconds: Mapping[str, float] = field(default_factory=dict)


class Prober:
    """A context; every ruleset that is tried is held to the same intent.

    Raises ProbeError where this machine cannot, or where not even a gateway that accepts everything
    passes every packet.
    """

    def __init__(self, specification: bytes, file: str, options: Options, today: date) -> None:
        """Of a rendered environment; nothing runs before it is entered."""
        self.intent = read_intent(specification.decode(errors="replace"), file, today)
        self.meaning = Meaning(self.intent)
        self.raw: Mapping[str, Any] = yaml.load(specification, yaml.CSafeLoader)
        try:
            self.topology = topology.read(self.raw)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProbeError(
                f"{file}: who is where cannot be understood: {error!r}",
                "tutela tce render SPEC says what is wrong",
            ) from error
        self._options = options
        self._lab = Lab(self.topology, options.path)
        self._next = 1

    def __enter__(self) -> "Prober":
        self._lab.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._lab.__exit__(kind, error, at)

    def attempt(self, ruleset: bytes, file: str, witnesses: Iterable[Packet] = ()) -> Tried:
        """Choose packets for a ruleset, run the control, then load it and send them.

        ``witnesses``: packets to send besides those that the proof of this file finds itself.
        """
        began = time.monotonic()
        filters, limits = _read(ruleset, file, self.intent.legs)
        try:
            found = tuple(proved(filters, self.intent))
        except ImportError:
            found, limits = (), (*limits, WITHOUT_SOLVER)
        chooser = Chooser(self.intent, self.topology, self.meaning.beginnings, self._options.seed)
        sent = (*witnesses, *found)
        chosen = chooser.choose(self._options.packets, sent, tuple(_beginnings(filters)))
        if chosen.step > 1:
            limits = (
                *limits,
                f"other legs, protocols and flags were tried at one of {chosen.step} boxes",
            )
        ready = time.monotonic()
        control = self._control(chosen.probes)
        controlled = time.monotonic()
        outcome = self._through(ruleset, file, chosen.probes)
        seconds = {
            "choosing": ready - began,
            "control": controlled - ready,
            "packets": time.monotonic() - controlled,
        }
        return Tried(chosen, control, outcome, limits, seconds)

    def _control(self, probes: Sequence[Probe]) -> int:
        """Without it, what never was sent would count as refused."""
        self._lab.load(ACCEPT_ALL)
        trial = Trial(self._lab, Everything(), self._next)
        outcome = trial.run(probes, logs=False)
        self._next = trial.next
        if outcome.mismatches:
            first = outcome.mismatches[0]
            raise ProbeError(
                f"of {sum(outcome.sent.values()):,} packets {len(outcome.mismatches):,} do not "
                f"arrive although everything is accepted, so nothing was shown; the first: "
                f"{first.packet} sent by {first.sender}",
                "try it again where less is running",
            )
        return outcome.wire

    def _through(self, ruleset: bytes, file: str, probes: Sequence[Probe]) -> Outcome:
        for number, line in enumerate(ruleset.split(b"\n"), 1):
            if _INCLUDE.search(line.partition(b"#")[0]):
                raise ProbeError(
                    f"{file}:{number}: includes another file: these bytes are not all that is "
                    "loaded",
                    "put the other file's rules into it",
                )
        if not self._lab.load(ruleset):
            raise ProbeError(
                f"{file} logs nothing to a group, so two of three witnesses are missing",
                "let what it drops meet a rule such as: counter log group 1",
            )
        trial = Trial(self._lab, self.meaning, self._next)
        outcome = trial.run(probes)
        self._next = trial.next
        return outcome


def _read(
    ruleset: bytes, file: str, legs: Sequence[str]
) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
    """What the proof takes the file to do; where it does not understand it, packets tell."""
    try:
        return read("nftables", ruleset.decode(), file, legs), ()
    except NotModelledError as error:
        why = str(error)
    except UnicodeDecodeError:
        why = f"{file} is not UTF-8"
    return (), (f"boundaries of the file's own rules were not tried: {why}",)


def _beginnings(filters: Iterable[Filter]) -> Iterator[Declared]:
    """What the file itself accepts, to be tried at its own boundaries."""
    for one in filters:
        for rule in one.rules:
            for box in rule.boxes if rule.action == "accept" else ():
                first, last = box[Field.PROTO]
                # What is about many protocols, or only about what is established, has no edge
                # that a first packet could meet.
                if first == last and box[Field.STATE][0] == 0:
                    yield Declared(f"{one.file}:{rule.line}", box)
