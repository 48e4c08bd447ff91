"""Is each artifact whole? Names say some of it, at most two small reads say the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from governance.recognise.find import Contents, Judgement, Named
from governance.recognise.reading import READS_PER_ARTIFACT, Read, Reader, Unreadable
from governance.recognise.resolve import Artifact

THREADS = 16
LARGEST = 2**63 - 1
CHUNK = 512
CHUNK_BYTES = 64 * 1024 * 1024
"""How many artifacts, and how many bytes of their contents, are held in memory at once."""


_Item = TypeVar("_Item")


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
) -> Iterator[list[Opinion]]:
    """Yield one opinion per artifact, in order and some at a time: what they name may be much.

    A failed read makes an artifact unsure, never complete.
    """
    done = 0
    with ThreadPoolExecutor(THREADS) as pool:

        def fetch(reads: set[Read]) -> dict[Read, bytes | Unreadable]:
            ordered = sorted(reads, key=lambda one: (one.key, one.start))
            return dict(zip(ordered, pool.map(lambda one: _read(read, one), ordered), strict=True))

        every = ((artifact, _wanted(artifact)) for artifact in artifacts)
        for chunk in _batches(every, lambda one: one[1]):
            opinions: list[Opinion] = []
            contents = fetch({one for _, wanted in chunk for one in wanted})
            later: list[tuple[Opinion, Judgement]] = []
            for artifact, wanted in chunk:
                opinion, open_ = _opinion(artifact, {one: contents[one] for one in wanted})
                opinions.append(opinion)
                later += [(opinion, one) for one in open_]
            for batch in _batches(later, lambda one: one[1].more):
                more = fetch({one for _, judgement in batch for one in judgement.more})
                for opinion, judgement in batch:
                    some = {one.key: more[one] for one in judgement.more}
                    _add(opinion, _ask(judgement.then, some))
            done += len(opinions)
            if contents:
                progress(f"looking into artifacts: {done:,} of {len(artifacts):,}")
            yield opinions


def _batches(
    items: Iterable[_Item], reads: Callable[[_Item], Iterable[Read]]
) -> Iterator[list[_Item]]:
    """Cut into lists whose contents fit into memory together."""
    batch: list[_Item] = []
    size = 0
    for item in items:
        more = sum(one.length for one in reads(item))
        if batch and (len(batch) >= CHUNK or size + more > CHUNK_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += more
    if batch:
        yield batch


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


def _opinion(
    artifact: Artifact, contents: dict[Read, bytes | Unreadable]
) -> tuple[Opinion, list[Judgement]]:
    """Return the opinion, and the judgements that need one more read which the limit allows."""
    opinion = Opinion()
    later = []
    room = READS_PER_ARTIFACT - len(contents)
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
            opinion.unsure.append(_limit(f"{find.layout} was not looked into"))
            continue
        added = _ask(find.judge, {one.key: contents[one] for one in find.reads})
        _add(opinion, added)
        if not added.more:
            continue
        if len(added.more) <= room:
            room -= len(added.more)
            later.append(added)
        else:
            opinion.unsure.append(_limit(f"{find.layout} was not looked into any further"))
    return opinion, later


def _limit(what: str) -> str:
    return f"{what}: {READS_PER_ARTIFACT} reads an artifact"


def _ask(question: Callable[[Contents], Judgement] | None, contents: Contents) -> Judgement:
    if question is None:
        return Judgement()
    try:
        return question(contents)
    except Unreadable as reason:
        return Judgement(unsure=str(reason))


def _add(opinion: Opinion, added: Judgement) -> None:
    opinion.named += [_plain(named) for named in added.named]
    if added.unsure:
        opinion.unsure.append(_utf8(added.unsure))
    if opinion.base_model is None and added.base_model is not None:
        opinion.base_model = _utf8(added.base_model)
    if added.mixed is not None:
        before = opinion.mixed or (0, 0)
        weights, optimizer = (min(one, LARGEST // 2) for one in added.mixed)
        opinion.mixed = (before[0] + weights, before[1] + optimizer)


def _plain(named: Named) -> Named:
    """Return it with a key and numbers that a Parquet column can hold."""
    exact = named.exact
    if named.key.isascii() and named.least <= LARGEST and (exact is None or 0 <= exact <= LARGEST):
        return named
    exact = None if exact is None else max(-1, min(exact, LARGEST))
    return Named(_utf8(named.key), min(named.least, LARGEST), exact)


def _utf8(text: str) -> str:
    """JSON may hold half of a surrogate pair, which is not text."""
    return text.encode("utf-8", "backslashreplace").decode()
