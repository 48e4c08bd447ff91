"""``tutela tce probe``: the perimeter's file, byte for byte, in a kernel, with packets."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from blueprints.errors import ExpectedError
from tce.probe import topology
from tce.probe.choose import Chooser, Probe
from tce.probe.errors import ProbeError
from tce.probe.expected import Declared
from tce.probe.lab import ACCEPT_ALL, Lab
from tce.probe.meaning import Meaning
from tce.probe.report import Probed, Probing
from tce.probe.trial import Everything, Outcome, Trial
from tce.prove.intent import Intent, read_intent
from tce.read.formats import read
from tce.space.errors import NotModelledError
from tce.space.header import Field

PERIMETER = "network/perimeter/tce.nft"
SPECIFICATION = "spec.yaml"
LIMITS = (
    "a kernel in namespaces, not the gateway: that it runs this file is read back there "
    "(nft -j list ruleset; tutela tce prove --live)",
    "tunnels are plain links here: what WireGuard itself lets in is not probed",
    "connection tracking puts fragments together before the rules: no fragment is sent",
    "what the gateway itself sends is not filtered, and not probed",
)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How much is sent."""

    packets: int = 10_000
    """Random ones, besides every boundary and witness."""
    seed: int = 1


def probe(folder: Path, options: Options, today: date, progress: Progress) -> Probing:
    """Send packets through a rendered environment's perimeter.

    Raises ProbeError where this machine cannot, or where not even a gateway that accepts
    everything passes every packet; ExpectedError for a folder that is no rendered environment.
    """
    began = time.monotonic()
    specification = _read(folder, SPECIFICATION)
    ruleset = _read(folder, PERIMETER)
    intent = read_intent(specification.decode(errors="replace"), SPECIFICATION, today)
    meaning = Meaning(intent)
    hosts = topology.read(yaml.load(specification, yaml.CSafeLoader))
    limits = list(LIMITS)
    progress("choosing packets")
    own = tuple(_of_file(ruleset, intent, limits))
    chooser = Chooser(intent, hosts, meaning.beginnings, options.seed)
    chosen = chooser.choose(options.packets, file=own)
    figures = {"choosing packets": time.monotonic() - began}
    with Lab(hosts) as lab:
        began = time.monotonic()
        progress("control: everything is accepted")
        control = _control(lab, chosen.probes)
        figures["control"] = time.monotonic() - began
        progress(f"sending {len(chosen.probes):,} packets")
        began = time.monotonic()
        outcome = through(lab, ruleset, meaning, chosen.probes, control.next)
        figures["packets"] = time.monotonic() - began
    part = Probed(
        name="perimeter",
        file=PERIMETER,
        sha256=hashlib.sha256(ruleset).hexdigest(),
        sent=dict(outcome.sent),
        control=control.outcome.wire,
        wire=outcome.wire,
        logged=outcome.logged,
        counted=outcome.counted,
        left_out=chosen.left_out,
        mismatches=tuple(outcome.mismatches),
    )
    return Probing(str(folder), options.seed, (part,), tuple(limits), figures)


def through(
    lab: Lab, ruleset: bytes, meaning: Meaning, probes: tuple[Probe, ...], first: int
) -> Outcome:
    """Load a ruleset and send packets through it; ``first`` is the first number that is free."""
    groups = lab.load(ruleset)
    if not groups:
        raise ProbeError(
            f"{PERIMETER} logs nothing to a group, so two of three witnesses are missing",
            "let what it drops meet a rule such as: counter log group 1",
        )
    return Trial(lab, meaning, first).run(probes)


def _control(lab: Lab, probes: tuple[Probe, ...]) -> Trial:
    """Without it, what never was sent would count as refused."""
    lab.load(ACCEPT_ALL)
    trial = Trial(lab, Everything())
    outcome = trial.run(probes, logs=False)
    if outcome.mismatches:
        first = outcome.mismatches[0]
        raise ProbeError(
            f"of {sum(outcome.sent.values()):,} packets {len(outcome.mismatches):,} do not arrive "
            f"although everything is accepted, so nothing was shown; the first: {first.packet} "
            f"sent by {first.sender}",
            "try it again where less is running",
        )
    return trial


def _of_file(ruleset: bytes, intent: Intent, limits: list[str]) -> Iterator[Declared]:
    """What the file itself accepts, to be tried at its own boundaries."""
    try:
        filters = read("nftables", ruleset.decode(), PERIMETER, intent.legs)
    except (NotModelledError, UnicodeDecodeError) as error:
        limits.append(f"boundaries of the file's own rules were not tried: {error}")
        return
    for one in filters:
        for rule in one.rules:
            if rule.action == "accept":
                for box in rule.boxes:
                    if box[Field.STATE][0] == 0 and _narrow(box[Field.PROTO]):
                        yield Declared(f"{one.file}:{rule.line}", box)


def _narrow(protocols: tuple[int, int]) -> bool:
    """Whether it is about one protocol; what is about many is tried by the random ones."""
    return protocols[0] == protocols[1]


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ExpectedError(
            f"{folder} is no rendered environment: {name}: {error.strerror}",
            f"tutela tce render tce.yaml --out {folder}",
        ) from error
