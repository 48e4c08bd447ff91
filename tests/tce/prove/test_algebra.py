"""Subtraction of boxes: early answers, and an end to it."""

from __future__ import annotations

import pytest

from tce.prove import algebra
from tce.prove.algebra import TooManyPiecesError, leftover
from tce.prove.sides import Question
from tce.prove.table import Pool
from tce.space.header import box


def test_what_is_dropped_before_it_is_accepted_is_left() -> None:
    pool = Pool()
    whole = pool.number(box(4, dport=(1, 9)).ranges)
    part = pool.number(box(4, dport=(4, 5)).ranges)
    assert (
        leftover(Question(whole, (), ((part, False), (whole, True))), pool.rows) == pool.rows[part]
    )
    assert leftover(Question(whole, (part,), ((part, False), (whole, True))), pool.rows) is None
    assert leftover(Question(whole, (), ((whole, True), (part, False))), pool.rows) is None


def test_too_many_pieces_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebra, "MOST_STEPS", 50)
    pool = Pool()
    whole = pool.number(box(4).ranges)
    thin = tuple((pool.number(box(4, src=n, dst=n, dport=n).ranges), True) for n in range(60))
    rest = ((whole, True),)
    with pytest.raises(TooManyPiecesError):
        leftover(Question(whole, (), (*thin, *rest)), pool.rows)
