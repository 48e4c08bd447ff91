"""Which boxes meet, found by columns."""

from __future__ import annotations

import random

import pytest

from tce.prove import slices
from tce.prove.sides import Sides, meet
from tce.prove.slices import Columns, Index
from tce.space.header import FIELDS, Field, top


def some(chance: random.Random, count: int, *, aligned: bool) -> list[Sides]:
    found = []
    for _ in range(count):
        sides = []
        for field in FIELDS:
            last = top(field, 6)
            if field in (Field.SRC, Field.DST):
                size = 1 << chance.choice((0, 0, 8, 64, 80, 127))
                first = chance.randrange(1 << 128)
                first -= first % size if aligned else 0
                sides.append((first, min(first + size - 1, last)))
            else:
                first = chance.choice((0, chance.randrange(last + 1)))
                sides.append((first, min(last, first + chance.choice((0, 3, last)))))
        found.append(tuple(sides))
    return found


def told(ones: list[Sides], others: list[Sides]) -> list[list[int]]:
    return list(Index(Columns.of(others)).meeting(Columns.of(ones)))


def exactly(ones: list[Sides], others: list[Sides]) -> list[list[int]]:
    return [[place for place, other in enumerate(others) if meet(one, other)] for one in ones]


@pytest.mark.parametrize("chunk", [10, 2_000_000])
def test_pairs_are_those_that_share_a_packet(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_CHUNK", chunk)
    chance = random.Random(6)
    for sizes in ((40, 60), (1, 1), (5, 0), (0, 5)):
        ones, others = (some(chance, size, aligned=True) for size in sizes)
        assert told(ones, others) == exactly(ones, others)


def test_a_pair_is_never_left_out_however_ranges_lie() -> None:
    chance = random.Random(7)
    ones, others = some(chance, 60, aligned=False), some(chance, 60, aligned=False)
    for named, there in zip(told(ones, others), exactly(ones, others), strict=True):
        assert set(there) <= set(named)


def test_large_addresses_are_no_floats() -> None:
    base = [(0, top(field, 6)) for field in FIELDS]
    rows = []
    for value in ((1 << 128) - 1, (1 << 128) - 2, 5):
        base[FIELDS.index(Field.DST)] = (value, value)
        rows.append(tuple(base))
    assert told(rows, rows) == [[0], [1], [2]]


def test_columns_follow_one_another_and_are_taken() -> None:
    chance = random.Random(8)
    rows = some(chance, 9, aligned=True)
    both = Columns.of(rows[:4]).followed_by(Columns.of(rows[4:]))
    assert len(both) == 9
    assert list(Index(both.taken([8, 2])).meeting(Columns.of(rows))) == told(
        rows, [rows[8], rows[2]]
    )
