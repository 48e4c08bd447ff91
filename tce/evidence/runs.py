"""From what a run says to its record: the proof, the packets, the check."""

import hashlib
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import yaml

from tce.evidence.record import Level, Record
from tce.evidence.watched import Watched
from tce.prove.sources import DOCUMENTS

if TYPE_CHECKING:
    from blueprints.check.result import CheckResult
    from tce.attack.result import Attack
    from tce.canary.canary import Canaries
    from tce.canary.planted import Planted
    from tce.probe.report import Probing
    from tce.prove.report import Proof
    from tce.visibility.visibility import Visibility

SPECIFICATION = "spec.yaml"
EVERYTHING = ("*",)
NETWORKS = "network/harvester"
"""What a probe of VLANs reads: the folder's documents."""
PROVIDER = "provider-plane"
"""No field that the provider is given is made of a secret."""
KNOWN = "known-values"
"""None holds a value that is known to be one."""


def environment(repo: Watched) -> str:
    """The name in the specification; empty where there is none."""
    if not repo.exists(SPECIFICATION):
        return ""
    try:
        said = yaml.safe_load(repo.text(SPECIFICATION))
    except (yaml.YAMLError, RecursionError, ValueError):
        return ""
    return str(said.get("name", "")) if isinstance(said, dict) else ""


def of_proof(
    repo: Watched, proof: "Proof", now: datetime, tool: str, live: Container[str] = ()
) -> Record:
    """The record of `tutela tce prove`, after it read `repo`; `live` was read back from devices.

    A record is of one level: where every device was read back, what was proved of files is left
    out of it, and else what was read back.
    """
    failed = {f"{one.property}/{one.target}" for one in proof.findings}
    level: Level = "live" if proof.level == "live" else "artefact"
    passed = {
        f"{each}/{one.name}"
        for one in proof.targets
        for each in one.proved
        if (one.name in live) is (level == "live")
    }
    return Record(
        test="prove",
        environment=environment(repo),
        level=level,
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={one.name: one.sha256 for one in proof.targets if one.name in live},
        passed=tuple(sorted(passed - failed)),
        failed=tuple(sorted(failed)),
        found=tuple(
            f"{one.file}:{one.line}: {one.property} ({one.target}): {one.message}"
            for one in proof.findings
        ),
        limits=proof.limits,
        covers=tuple(f"*{ending}" for ending in DOCUMENTS),
    )


def of_probe(repo: Watched, probing: "Probing", now: datetime, tool: str) -> Record:
    """The record of `tutela tce probe`; `repo` is noted before it ran, and asked again here.

    Raises:
        EvidenceError: what ran is not what was noted.
    """
    passed, failed, found = set[str](), set[str](), list[str]()
    for part in probing.parts:
        noted = _noted(repo, part.file)
        if noted != part.sha256:
            failed.add(f"unchanged/{part.name}")
            found.append(f"{part.file}: changed while it was probed")
        passed |= {f"{why}/{part.name}" for why, number in part.sent.items() if number}
        for one in part.mismatches:
            failed.add(f"{one.why or 'counters'}/{part.name}")
            found.append(f"{part.name}: {one.what}: {one.packet or 'counters'}")
    return Record(
        test="probe",
        environment=environment(repo),
        level="emulated",
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={},
        passed=tuple(sorted(passed - failed)),
        failed=tuple(sorted(failed)),
        found=tuple(found),
        limits=probing.limits,
        covers=tuple(f"{NETWORKS}/*.yaml" for part in probing.parts if part.file == NETWORKS),
    )


def of_check(repo: Watched, result: "CheckResult", now: datetime, tool: str) -> Record:
    """The record of `tutela check` over every file that it may read."""
    failed = {one.rule for one in result.failing}
    unsure = {one.rule for one in result.not_checked} - failed
    return Record(
        test="check",
        environment=environment(repo),
        level="artefact",
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={},
        passed=tuple(sorted(set(result.rules) - failed - unsure)),
        unsure=tuple(sorted(unsure)),
        failed=tuple(sorted(failed)),
        found=tuple(f"{one.file}:{one.line}: {one.rule}: {one.message}" for one in result.failing),
        limits=tuple(sorted(set(_left(result)))),
        covers=EVERYTHING,
    )


def of_visibility(repo: Watched, result: "Visibility", now: datetime, tool: str) -> Record:
    """The record of `tutela tce visibility` over every file that it may read."""
    asked = [PROVIDER, *([KNOWN] if result.known else [])]
    problems = result.judged.problems
    return Record(
        test="visibility",
        environment=environment(repo),
        level="artefact",
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={},
        passed=() if problems else tuple(asked),
        failed=tuple(asked) if problems else (),
        found=tuple(f"{one.file}:{one.line}: {one.field} {one.message}" for one in problems),
        limits=(
            *([] if result.known else ["values that are known to be secret were not given"]),
            *(
                f"the provider can read {one.file}:{one.line}: {one.assumption}: {one.why}"
                for one in result.judged.assumed
            ),
        ),
        covers=EVERYTHING,
    )


def of_canaries(repo: Watched, result: "Canaries", now: datetime, tool: str) -> Record:
    """The record of `tutela tce canary`, over every file of the environment and what lies beside
    it."""
    found = {one.canary for one in result.found}
    searched = ", ".join(f"{number:,} {what}" for what, number in result.searched.items())
    return Record(
        test="canary",
        environment=environment(repo),
        level="artefact",
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={},
        passed=tuple(f"absent/{name}" for name in result.canaries if name not in found),
        unsure=("searched",) if result.unread else (),
        failed=tuple(f"absent/{name}" for name in result.canaries if name in found),
        found=tuple(f"{one.place}: {one.canary} ({one.form})" for one in result.found),
        limits=(
            f"searched: {searched}",
            *(f"not searched: {place}: {why}" for place, why in result.unread),
        ),
        covers=EVERYTHING,
    )


def of_planted(repo: Watched, result: "Planted", now: datetime, tool: str) -> Record:
    """The record of marked secrets among which the specification was rendered.

    It is of the specification and of every file that stands in the repository as it was rendered.
    """
    same = {
        path: digest
        for path, digest in repo.seen.items()
        if path == SPECIFICATION
        or hashlib.sha256(result.rendered.get(path, b"")).hexdigest() == digest
    }
    search = result.search
    hits = search.found if search else ()
    found = {one.canary for one in hits}
    names = search.canaries if search else ()
    bytes_ = ("same-bytes/render",) if search else ()
    other = [path for path in repo.seen if path in result.rendered and path not in same]
    return Record(
        test="planted",
        environment=environment(repo),
        level="artefact",
        ended=at(now),
        tool=tool,
        files=same,
        read_back={},
        passed=(
            *(f"absent/{name}" for name in names if name not in found),
            *(() if result.differing else bytes_),
        ),
        unsure=("rendered",) if result.unread else (),
        failed=(
            *(f"absent/{name}" for name in names if name in found),
            *(bytes_ if result.differing else ()),
        ),
        found=(
            *(
                f"{one.place}: {one.canary} ({one.form})"
                for one in (search.found if search else ())
            ),
            *(f"{path}: other bytes among other secrets" for path in result.differing),
        ),
        limits=(
            "marks lay in a home and in variables; OpenBao was not asked, and not there",
            "what was made of the repository later (plans, states, bundles): tutela tce canary",
            *(f"stands in the repository otherwise than it is rendered: {path}" for path in other),
            *result.unread,
        ),
    )


def of_attack(repo: Watched, result: "Attack", now: datetime, tool: str, *, live: bool) -> Record:
    """The record of `tutela tce attack`: both halves for each canary, and nothing that opened.

    `live`: holdings were taken from the provider, and are no lab's.
    """
    alone = {
        one.canary: f"{one.place} ({one.form})" for each in result.without for one in each.read
    }
    opened = [name for each in result.without for name in each.opened]
    passed, failed = set[str](), set[str]()
    for name in result.canaries:
        (failed if name in alone else passed).add(f"without-a-key/{name}")
        (failed if name in result.never else passed).add(f"with-a-key/{name}")
    (failed if opened else passed).add("nothing-opens")
    held = ", ".join(f"{number:,} {what}" for what, number in result.held.items())
    return Record(
        test="attack",
        environment=environment(repo),
        level="live" if live else "emulated",
        ended=at(now),
        tool=tool,
        files=dict(repo.seen),
        read_back={},
        passed=tuple(sorted(passed)),
        unsure=("holdings",) if result.unread else (),
        failed=tuple(sorted(failed)),
        found=(
            *(f"{name} is read without a key: {place}" for name, place in sorted(alone.items())),
            *(f"{name} opens without a key" for name in opened),
            *(
                f"{name} is read by no key: that it was not read shows nothing"
                for name in result.never
            ),
        ),
        limits=(
            f"held: {held}",
            *(one.left for one in result.tries if one.left),
            *(f"not read: {place}: {why}" for place, why in result.unread),
        ),
        covers=EVERYTHING,
    )


def _left(result: "CheckResult") -> Iterator[str]:
    for one in result.not_checked:
        yield f"not checked: {one.rule}: {one.reason}"
    for noted in result.findings:
        if noted not in result.failing:
            yield f"noted: {noted.file}:{noted.line}: {noted.rule}: {noted.message}"
    for suppressed in result.suppressed:
        yield (
            f"suppressed until {suppressed.by.until.isoformat()}: {suppressed.finding.rule} in "
            f"{suppressed.finding.file}: {suppressed.by.reason}"
        )


def _noted(repo: Watched, file: str) -> str:
    """As a probe names what it loaded: a file, or a folder's YAML files in order."""
    paths: Iterable[str] = [file] if repo.exists(file) else _documents(repo, file)
    return hashlib.sha256(b"".join(repo.read(one) for one in paths)).hexdigest()


def _documents(repo: Watched, folder: str) -> Iterator[str]:
    prefix = folder.rstrip("/") + "/"
    for path in repo.under(folder):
        if path.endswith(".yaml") and "/" not in path.removeprefix(prefix):
            yield path


def at(now: datetime) -> str:
    """As records write a time."""
    return now.isoformat(timespec="seconds")
