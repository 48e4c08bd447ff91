"""Is each artifact whole? Names say some of it, at most two small reads say the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from governance.recognise.find import Judgement, Named
from governance.recognise.reading import READS_PER_ARTIFACT, Read, Reader, Unreadable
from governance.recognise.resolve import Artifact

THREADS = 16
CHUNK = 512
"""Artifacts whose contents are held in memory at once."""


@dataclass(slots=True)
class Opinion:
    """What is known of one artifact's completeness, before named files are looked up."""

    missing: list[str] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    base_model: str | None = None
    mixed: tuple[int, int] | None = None


def judge(
    artifacts: Sequence[Artifact], read: Reader, progress: Callable[[str], None]
) -> list[Opinion]:
    """Return one opinion per artifact, in order. A failed read makes it unsure, never complete."""
    opinions = []
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(artifacts), CHUNK):
            chunk = artifacts[start : start + CHUNK]
            wanted = [_wanted(artifact) for artifact in chunk]
            reads = sorted({one for some in wanted for one in some}, key=lambda one: one.key)
            contents = dict(zip(reads, pool.map(lambda one: _read(read, one), reads), strict=True))
            for artifact, some in zip(chunk, wanted, strict=True):
                opinions.append(_opinion(artifact, {one: contents[one] for one in some}))
            if reads:
                progress(f"looking into artifacts: {start + len(chunk):,} of {len(artifacts):,}")
    return opinions


def _wanted(artifact: Artifact) -> list[Read]:
    """Return the reads of as many parts as the limit allows, outermost part first."""
    wanted: list[Read] = []
    for find in artifact.finds:
        more = [one for one in find.reads if one not in wanted]
        if len(wanted) + len(more) <= READS_PER_ARTIFACT:
            wanted += more
    return wanted


def _read(read: Reader, one: Read) -> bytes | Unreadable:
    try:
        return read.read(one.key, one.start, one.length)
    except Unreadable as reason:
        return reason


def _opinion(artifact: Artifact, contents: dict[Read, bytes | Unreadable]) -> Opinion:
    opinion = Opinion()
    for find in artifact.finds:
        opinion.missing += find.missing
        if find.why:
            opinion.why.append(find.why)
        if find.unsure:
            opinion.unsure.append(find.unsure)
        opinion.base_model = opinion.base_model or find.base_model
        if find.judge is None:
            continue
        if any(one not in contents for one in find.reads):
            limit = f"{find.layout} was not looked into: {READS_PER_ARTIFACT} reads an artifact"
            opinion.unsure.append(limit)
            continue
        try:
            added = find.judge({one.key: contents[one] for one in find.reads})
        except Unreadable as reason:
            added = Judgement(unsure=str(reason))
        opinion.named += added.named
        if added.unsure:
            opinion.unsure.append(added.unsure)
        opinion.base_model = opinion.base_model or added.base_model
        if added.mixed is not None:
            before = opinion.mixed or (0, 0)
            opinion.mixed = (before[0] + added.mixed[0], before[1] + added.mixed[1])
    return opinion
