"""Which boxes of two lists meet, without asking each pair in Python.

A box is a row of columns of 64 bits: an address of IPv6 takes two, of which the second says
nothing where a range spans more than one value of the first. So a pair that shares a packet is
always named, and of unaligned ranges of IPv6 one may be named that shares none: questions bear
that, for a row that does not meet a box changes no answer about it.

One list is sorted along the column that tells its boxes apart best, in classes by width: those that
a box may meet are then a run of each class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tce.prove.sides import Sides
from tce.space.header import FIELDS, Field

_Values: TypeAlias = npt.NDArray[np.uint64]
_Places: TypeAlias = npt.NDArray[np.int64]
_CHUNK = 2_000_000
"""Pairs that are looked at in one go: 16 MB a column."""
_LOW = (1 << 64) - 1
_FIRST, _LAST = np.uint64(0), np.uint64(_LOW)
_WIDE = {FIELDS.index(Field.SRC), FIELDS.index(Field.DST)}
_COUNT = len(FIELDS) + len(_WIDE)


@dataclass(frozen=True)
class Columns:
    """Lower and upper bounds, a line for each column."""

    lows: _Values
    highs: _Values

    @classmethod
    def of(cls, rows: Sequence[Sides]) -> "Columns":
        """Of boxes."""
        lows = np.zeros((_COUNT, len(rows)), dtype=np.uint64)
        highs = np.zeros((_COUNT, len(rows)), dtype=np.uint64)
        column = 0
        for place, its in enumerate(zip(*rows, strict=True)):
            if place in _WIDE:
                lows[column] = _values(low >> 64 for low, _ in its)
                highs[column] = _values(high >> 64 for _, high in its)
                one = lows[column] == highs[column]
                column += 1
                lows[column] = np.where(one, _values(low & _LOW for low, _ in its), _FIRST)
                highs[column] = np.where(one, _values(high & _LOW for _, high in its), _LAST)
            else:
                lows[column] = _values(low for low, _ in its)
                highs[column] = _values(high for _, high in its)
            column += 1
        return cls(lows, highs)

    def __len__(self) -> int:
        return int(self.lows.shape[1])

    def followed_by(self, other: "Columns") -> "Columns":
        """Both, one after the other."""
        return Columns(
            np.concatenate((self.lows, other.lows), axis=1),
            np.concatenate((self.highs, other.highs), axis=1),
        )

    def taken(self, which: Sequence[int]) -> "Columns":
        """Some of them, in this order."""
        places = np.array(which, dtype=np.int64)
        return Columns(self.lows[:, places], self.highs[:, places])


def _values(numbers: Iterable[int]) -> _Values:
    """Said to be unsigned before numpy guesses: it would take large ones for floats."""
    return np.fromiter(numbers, dtype=np.uint64)


class Index:
    """Boxes, sorted so that those which meet another one are found."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    @cached_property
    def _key(self) -> int:
        """The column with the most different values."""
        return int(np.argmax([len(np.unique(low)) for low in self._columns.lows]))

    @cached_property
    def _classes(self) -> list[tuple[np.uint64, _Places, _Values]]:
        """By width: the largest, the boxes sorted by their lower bounds, and these."""
        lows = self._columns.lows[self._key]
        spans = self._columns.highs[self._key] - lows
        widths = np.frexp(spans.astype(np.float64))[1]
        found = []
        for width in np.unique(widths):
            members = np.flatnonzero(widths == width)
            members = members[np.argsort(lows[members], kind="stable")]
            found.append((spans[members].max(), members, lows[members]))
        return found

    def meeting(self, ones: Columns) -> Iterator[list[int]]:
        """For each of the ones, in order, which boxes it meets, in order."""
        if not len(self._columns):
            yield from ([] for _ in range(len(ones)))
            return
        for begin, end, queries, boxes in self._chunks(ones):
            bounds = np.searchsorted(queries, np.arange(begin, end + 1)).tolist()
            every = boxes.tolist()
            for first, last in pairwise(bounds):
                yield every[first:last]

    def _chunks(self, ones: Columns) -> Iterator[tuple[int, int, _Places, _Places]]:
        """From query, to query, and the pairs between, sorted."""
        low, high = ones.lows[self._key], ones.highs[self._key]
        runs = []
        costs = np.zeros(len(ones), dtype=np.int64)
        for span, members, starts in self._classes:
            first = np.searchsorted(starts, np.where(low > span, low - span, _FIRST), side="left")
            last = np.searchsorted(starts, high, side="right")
            runs.append((first, last, members))
            costs += last - first
        bounds = np.cumsum(costs)
        begin = 0
        while begin < len(ones):
            before = bounds[begin - 1] if begin else 0
            end = int(np.searchsorted(bounds, before + _CHUNK, side="right"))
            end = min(max(begin + 1, end), len(ones))
            yield begin, end, *self._pairs(runs, ones, begin, end)
            begin = end

    def _pairs(
        self, runs: list[tuple[_Places, _Places, _Places]], ones: Columns, begin: int, end: int
    ) -> tuple[_Places, _Places]:
        queries, boxes = [], []
        for first, last, members in runs:
            count = last[begin:end] - first[begin:end]
            total = int(count.sum())
            query = np.repeat(np.arange(begin, end), count)
            offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
            box = members[np.repeat(first[begin:end], count) + offset]
            for column in self._telling:
                kept = (ones.lows[column][query] <= self._columns.highs[column][box]) & (
                    self._columns.lows[column][box] <= ones.highs[column][query]
                )
                query, box = query[kept], box[kept]
            queries.append(query)
            boxes.append(box)
        query, box = np.concatenate(queries), np.concatenate(boxes)
        order = np.lexsort((box, query))
        return query[order], box[order]

    @cached_property
    def _telling(self) -> list[int]:
        """Columns in order of how well they tell boxes apart, the key first."""
        counts = [len(np.unique(low)) for low in self._columns.lows]
        return sorted(range(_COUNT), key=lambda column: (column != self._key, -counts[column]))
