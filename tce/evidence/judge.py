"""What is shown of each item, and what is wrong: from records, files and the clock; pure.

A record counts where it is of this environment, signed by a key that counts, of files that are
today what it read, and not from the future. Of several that count the latest is asked: one that
passed earlier does not outweigh one that failed since.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from tce.evidence.attested import Attested
from tce.evidence.crosswalk import Item, Proof
from tce.evidence.gather import Told
from tce.evidence.record import LEVELS, Level, Record
from tce.evidence.watched import is_result

State: TypeAlias = Literal[
    "shown",
    "not asked",  # it is there only when it runs, and that was not asked for
    "missing",  # there is no record
    "stale",  # files are no longer what it read
    "red",  # it failed
    "unsure",  # it could not look
    "silent",  # its record says nothing of this
    "unsigned",
    "stranger",  # signed by nobody who counts
    "tampered",
    "late",  # longer ago than is allowed
    "future",
]
FINE: tuple[State, ...] = ("shown", "not asked")
_SKEW = timedelta(minutes=5)
"""Clocks of who ran and who asks may differ by that."""


@dataclass(frozen=True)
class Asked:
    """What is judged against."""

    environment: str
    now: datetime
    files: Mapping[str, str]
    """Every file of the repository that may be read, with its SHA-256 today."""
    running: bool = False
    """What only a running environment shows is asked for, too."""
    unsigned: bool = False
    """A record that nobody signed counts."""


@dataclass(frozen=True)
class Shown:
    """One proof of an item."""

    proof: Proof
    state: State
    why: str
    """A line; empty where it is shown."""
    told: Told | None = None
    """The record that was asked."""
    names: tuple[str, ...] = ()
    """Its single tests that speak to the item."""
    notes: tuple[str, ...] = ()
    """What the run noted about these without failing for it: suppressions, examples' digests."""

    @property
    def fine(self) -> bool:
        """Whether nothing speaks against it."""
        return self.state in FINE


@dataclass(frozen=True)
class Judged:
    """One item."""

    item: Item
    files: Mapping[str, str]
    """Of which it is shown, with SHA-256."""
    proofs: tuple[Shown, ...]
    problems: tuple[str, ...]
    """A line each; none where nothing is wrong."""
    attested: tuple[Attested, ...] = field(default=())
    running: bool = False
    """What only a running environment shows was asked for."""

    @property
    def open(self) -> str:
        """What nobody has attested by name yet; empty: nothing is open, or it is not asked."""
        if self.attested or self.item.attest is None:
            return ""
        return self.item.attest if self.running or self.item.stage == "designed" else ""

    def level(self, level: Level) -> Literal["shown", "not shown", "not asked", ""]:
        """What of it is shown on one level; empty: nothing of it is on that."""
        states = {one.state for one in self.proofs if one.proof.level == level}
        if not states:
            return ""
        if not states <= set(FINE):
            return "not shown"
        return "shown" if "shown" in states else "not asked"

    @property
    def levels(self) -> tuple[Level, ...]:
        """Those on which all that was asked for is shown."""
        return tuple(one for one in LEVELS if self.level(one) == "shown")


def judge(
    items: Sequence[Item], told: Sequence[Told], attested: Sequence[Attested], asked: Asked
) -> tuple[Judged, ...]:
    """Every item, in the crosswalk's order."""
    return tuple(_item(item, told, attested, asked) for item in items)


def _item(item: Item, told: Sequence[Told], attested: Sequence[Attested], asked: Asked) -> Judged:
    live = all(one.level == "live" for one in item.proofs) and item.attest is None
    wanted = asked.running or not live
    files: dict[str, str] = {}
    problems: list[str] = []
    for pattern in item.files:
        found = [path for path in asked.files if matches(path, pattern)]
        if not found and wanted:
            problems.append(f"no file: {pattern}")
        files |= {path: asked.files[path] for path in found}
    proofs = tuple(_proof(proof, told, asked) for proof in item.proofs)
    problems += [one.why for one in proofs if not one.fine]
    problems += _uncovered(files, proofs)
    mine = tuple(one for one in attested if item.id in one.items)
    return Judged(item, dict(sorted(files.items())), proofs, tuple(problems), mine, asked.running)


def _uncovered(files: Mapping[str, str], proofs: Sequence[Shown]) -> Iterator[str]:
    """Files of an item that no record of it is about; records that are not there are told."""
    of_files = [one for one in proofs if one.proof.level != "live" and one.state != "not asked"]
    if not of_files or not all(one.state == "shown" for one in of_files):
        return
    read = {path for one in of_files if one.told for path in one.told.record.files}
    for path in files:
        if path not in read:
            yield f"proved by no run: {path}"


def _proof(proof: Proof, told: Sequence[Told], asked: Asked) -> Shown:
    if proof.level == "live" and not asked.running:
        return Shown(proof, "not asked", "")
    name = f"{proof.test} ({proof.level})"
    mine = [
        one
        for one in told
        if (one.record.test, one.record.level) == (proof.test, proof.level)
        and one.record.environment == asked.environment
    ]
    if not mine:
        # A record that is there anyhow is asked: one that failed is not passed over.
        if proof.stage == "running" and not asked.running:
            return Shown(proof, "not asked", "")
        return Shown(proof, "missing", f"{name}: no record")
    # The latest that counts; where none does, why the latest does not.
    latest = sorted(mine, key=lambda one: one.ended, reverse=True)
    refused = [(one, *_refused(one, asked)) for one in latest]
    one, state, why = next((each for each in refused if each[1] == "shown"), refused[0])
    if state != "shown":
        return Shown(proof, state, f"{name}: {one.file}: {why}", one)
    state, why, names = _passed(proof, one, asked)
    notes = _notes(one.record, names)
    return Shown(proof, state, f"{name}: {one.file}: {why}" if why else "", one, names, notes)


def _refused(one: Told, asked: Asked) -> tuple[State, str]:
    """Why a record does not count; ``shown`` where it does."""
    match one.trust:
        case "tampered":
            return "tampered", "was changed after it was signed"
        case "stranger":
            return "stranger", "is signed by nobody whose key this environment names"
        case "unsigned" if not asked.unsigned:
            return "unsigned", "is signed by nobody"
    if one.ended > asked.now + _SKEW:
        return "future", f"is of {one.record.ended}, which is to come"
    changed = [path for path, digest in one.record.files.items() if asked.files.get(path) != digest]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        gone = "is gone" if changed[0] not in asked.files else "changed since"
        return "stale", f"older than what it proves: {changed[0]}{more} {gone}"
    added = next(_added(one.record, asked), None)
    if added is not None:
        return "stale", f"older than what it proves: {added} was added since"
    return "shown", ""


def _added(record: Record, asked: Asked) -> Iterator[str]:
    for path in asked.files:
        if path in record.files or is_result(path):
            continue
        if any(fnmatchcase(path, pattern) for pattern in record.covers):
            yield path


def _passed(proof: Proof, one: Told, asked: Asked) -> tuple[State, str, tuple[str, ...]]:
    record = one.record
    if proof.within_days is not None:
        age = (asked.now - one.ended).days
        if age > proof.within_days:
            return "late", f"is {age} days old, and {proof.within_days} are allowed", ()
    failed = _matching(record.failed, proof.names)
    if failed:
        first = next(iter(record.found), "")
        return "red", f"failed: {', '.join(failed)}{f' ({first})' if first else ''}", ()
    unsure = _matching(record.unsure, proof.names)
    if unsure:
        return "unsure", f"could not look at: {', '.join(unsure)}", ()
    silent = [name for name in proof.names if not _matching(record.passed, [name])]
    if silent:
        return "silent", f"says nothing of {', '.join(silent)}", ()
    return "shown", "", _matching(record.passed, proof.names)


def _notes(record: Record, names: Sequence[str]) -> tuple[str, ...]:
    """Lines of a record's limits about single tests."""
    return tuple(
        line
        for line in record.limits
        if line.startswith(("noted: ", "suppressed "))
        and any(f": {name}: " in line or f": {name} in " in line for name in names)
    )


def _matching(names: Sequence[str], patterns: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if any(fnmatchcase(name, one) for one in patterns))


def matches(path: str, pattern: str) -> bool:
    """Whether a file is meant: ``*`` within one folder, ``**`` across folders."""
    if "**" in pattern:
        before, _, after = pattern.partition("**/")
        rest = path.removeprefix(before)
        return path.startswith(before) and fnmatchcase(rest.rpartition("/")[2], after)
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
