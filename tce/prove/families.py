"""All devices, one family at a time; large proofs have a process for each family."""

import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tce.prove.agree import disagreements
from tce.prove.device import Subject, Subjects, findings
from tce.prove.intent import Intent
from tce.prove.reading import Readable
from tce.prove.report import Finding
from tce.prove.residue import residue
from tce.prove.smt import Solver
from tce.prove.sources import PERIMETER
from tce.prove.table import Pool
from tce.space.filter import Point
from tce.space.header import FAMILIES, Family

LARGE = 3_000
"""Rules of all devices; with more of them a second process is worth its start."""
ROUTER: tuple[Point, ...] = ("forward", "input")
SWITCH: tuple[Point, ...] = ("in", "out")


@dataclass
class Result:
    """Of one family."""

    findings: list[Finding] = field(default_factory=list)
    residue: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By device."""
    questions: int = 0


def prove_families(
    intent: Intent, read: tuple[Readable, ...], seed: int, progress: Callable[[str], None]
) -> list[Result]:
    """One result for each family, in order."""
    rules = sum(len(one.rules) for device in read for one in device.filters)
    if rules < LARGE or "fork" not in multiprocessing.get_all_start_methods():
        return [prove_family(intent, read, family, seed, progress) for family in FAMILIES]
    # The second process inherits what was read: sending a million boxes would take longer.
    _INHERITED[:] = [(intent, read, seed)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        second = pool.submit(_inherited, FAMILIES[1])
        first = prove_family(intent, read, FAMILIES[0], seed, progress)
        progress("waiting for IPv6")
        return [first, second.result()]


_INHERITED: list[tuple[Intent, tuple[Readable, ...], int]] = []


def _inherited(family: Family) -> Result:
    intent, read, seed = _INHERITED[0]
    result = prove_family(intent, read, family, seed, lambda _: None)
    result.residue = dict(result.residue)
    return result


def prove_family(
    intent: Intent,
    read: tuple[Readable, ...],
    family: Family,
    seed: int,
    progress: Callable[[str], None],
) -> Result:
    """Every device, then every two of them."""
    result, pool = Result(), Pool()
    solver = Solver(family, pool)
    subjects: list[Subject] = []
    make = Subjects(intent, pool)
    for device in read:
        progress(f"proving {device.source.name}, IPv{family}")
        result.findings += _in_place(device, family)
        for one in device.filters:
            if one.family == family:
                its = make.subject(one)
                subjects.append(its)
                result.findings += findings(its, intent, solver, seed)
                result.residue[one.device] += residue(its)
    progress(f"comparing devices, IPv{family}")
    result.findings += disagreements(intent, subjects, solver)
    result.findings = list(dict.fromkeys(result.findings))
    result.questions = solver.questions
    return result


def _in_place(device: Readable, family: Family) -> Iterator[Finding]:
    """Whether it filters wherever it has to, and where it is bound to."""
    source = device.source
    router = source.name == PERIMETER or source.format in ("nftables", "nft-json")
    mine = [one for one in device.filters if one.family == family]
    points = [one.point for one in mine]
    for point in ROUTER if router else SWITCH:
        if points.count(point) != 1:
            what = "nothing filters" if point not in points else "more than one filter of"
            yield Finding(
                source.name, "family", source.file, 1, f"{what} IPv{family} at {point}", family
            )
    for one in mine:
        if source.interface is not None and one.interface != source.interface:
            where = one.interface or "no interface"
            yield Finding(
                source.name,
                "bound",
                source.file,
                one.default_line,
                f"the filter of IPv{family}, {one.point}, is bound to {where}, not "
                f"to {source.interface}",
                family,
            )
