"""Which boxes of two lists meet, without asking each pair in Python.

Bounds are numbered in their order, so that 128 bits fit into 32 and comparing ranks is comparing
values. One list is sorted along the field that tells its boxes apart best, in classes by width:
those that a box may meet are then a run of each class. Exact: a pair is named if and only if it
shares a packet.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tce.prove.table import Sides

_Ranks: TypeAlias = npt.NDArray[np.int32]
_CHUNK = 2_000_000
"""Pairs that are looked at in one go: 16 MB a column."""


def meeting(ones: Sequence[Sides], others: Sequence[Sides]) -> Iterator[tuple[int, list[int]]]:
    """For each of the ones, in order, the others that it meets, in order; those with none too."""
    if not ones or not others:
        yield from ((place, []) for place in range(len(ones)))
        return
    lows, highs, counts = _ranked(ones, others)
    split = len(ones)
    index = _Index([low[split:] for low in lows], [high[split:] for high in highs], counts)
    found = index.meeting([low[:split] for low in lows], [high[:split] for high in highs])
    place = 0
    for queries, answers in found:
        starts = np.searchsorted(queries, np.arange(place, split + 1))
        # A chunk ends with a whole query: the next chunk begins with another one.
        last = int(queries[-1]) if len(queries) else place - 1
        while place <= last:
            offset = place - (split + 1 - len(starts))
            yield place, answers[starts[offset] : starts[offset + 1]].tolist()
            place += 1
    while place < split:
        yield place, []
        place += 1


def _ranked(
    ones: Sequence[Sides], others: Sequence[Sides]
) -> tuple[list[_Ranks], list[_Ranks], list[int]]:
    """Ranks of lower and upper bounds by field; fields in which all boxes are equal are left out.

    The count of a field is how many different ranges the others have in it.
    """
    lows, highs, counts = [], [], []
    every = [*ones, *others]
    for sides, its in zip(zip(*every, strict=True), zip(*others, strict=True), strict=True):
        different = set(sides)
        if len(different) > 1:
            order = {
                value: rank for rank, value in enumerate(sorted({x for y in different for x in y}))
            }
            ranks = {side: (order[side[0]], order[side[1]]) for side in different}
            both = np.array([ranks[side] for side in sides], dtype=np.int32)
            lows.append(np.ascontiguousarray(both[:, 0]))
            highs.append(np.ascontiguousarray(both[:, 1]))
            counts.append(len(set(its)))
    if not lows:
        zeros = np.zeros(len(every), dtype=np.int32)
        return [zeros], [zeros], [1]
    return lows, highs, counts


class _Index:
    def __init__(self, lows: list[_Ranks], highs: list[_Ranks], counts: list[int]) -> None:
        self.key = int(np.argmax(counts))
        self.lows, self.highs = lows, highs
        span = highs[self.key] - lows[self.key]
        widths = np.frexp(span.astype(np.float64))[1]
        self.classes = []
        for width in np.unique(widths):
            members = np.flatnonzero(widths == width)
            members = members[np.argsort(lows[self.key][members], kind="stable")]
            self.classes.append((int(span[members].max()), members, lows[self.key][members]))

    def meeting(self, lows: list[_Ranks], highs: list[_Ranks]) -> Iterator[tuple[_Ranks, _Ranks]]:
        """Pairs (query, box), sorted, in chunks that hold whole queries."""
        low, high = lows[self.key], highs[self.key]
        runs = [
            (
                np.searchsorted(starts, low - span, side="left"),
                np.searchsorted(starts, high, side="right"),
                members,
            )
            for span, members, starts in self.classes
        ]
        costs = np.zeros(len(low), dtype=np.int64)
        for first, last, _ in runs:
            costs += np.maximum(last - first, 0)
        bounds = np.cumsum(costs)
        begin = 0
        while begin < len(low):
            before = bounds[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(bounds, before + _CHUNK, side="right")))
            yield self._chunk(runs, lows, highs, begin, end)
            begin = end

    def _chunk(self, runs, lows, highs, begin, end):  # type: ignore[no-untyped-def]
        queries_, boxes_ = [], []
        for first, last, members in runs:
            count = np.maximum(last[begin:end] - first[begin:end], 0)
            total = int(count.sum())
            if not total:
                continue
            query = np.repeat(np.arange(begin, end), count)
            offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
            box = members[np.repeat(first[begin:end], count) + offset]
            for one_low, one_high, low, high in zip(
                lows, highs, self.lows, self.highs, strict=True
            ):
                kept = (one_low[query] <= high[box]) & (low[box] <= one_high[query])
                query, box = query[kept], box[kept]
            queries_.append(query)
            boxes_.append(box)
        if not queries_:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        query, box = np.concatenate(queries_), np.concatenate(boxes_)
        order = np.lexsort((box, query))
        return query[order], box[order]
