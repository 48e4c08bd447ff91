"""What one list accepts and another does not."""

from __future__ import annotations

import pytest

from tce.prove import compare
from tce.prove.compare import difference, questions
from tce.prove.sides import Sides
from tce.prove.smt import Solver
from tce.prove.table import Pool, Space, Table
from tce.space.header import Field, box

SPACE = Space(4, "switch", fragments=False)


def table(pool: Pool, *rows: tuple[bool, tuple[int, int]]) -> Table:
    found = Table(SPACE, pool)
    for place, (accept, ports) in enumerate(rows):
        found.add(box(4, proto=6, dport=ports).ranges, place, accept=accept)
    return found


def test_lists_that_say_the_same_otherwise_do_not_differ() -> None:
    pool = Pool()
    one = table(pool, (False, (5, 5)), (True, (1, 9)))
    other = table(pool, (True, (6, 9)), (True, (1, 4)))
    solver = Solver(4, pool)
    assert difference(one, other, solver) == []
    assert difference(other, one, solver) == []


def test_a_witness_has_the_place_of_the_rule_that_accepts_it() -> None:
    pool = Pool()
    one = table(pool, (True, (1, 9)), (True, (20, 29)))
    other = table(pool, (True, (1, 9)), (True, (20, 28)))
    (witness,) = difference(one, other, Solver(4, pool))
    assert witness.place == 1
    assert witness.packet[Field.DPORT] == 29


def test_what_was_proved_is_not_asked_again() -> None:
    pool = Pool()
    one, other = table(pool, (True, (1, 9))), table(pool, (True, (0, 9)))
    solver = Solver(4, pool)
    difference(one, other, solver)
    asked = solver.questions
    assert asked == len(list(questions(one, other)))
    difference(one, other, solver)
    assert solver.questions == asked


def test_engines_that_do_not_agree_are_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool()
    one, other = table(pool, (True, (1, 9))), table(pool, (True, (0, 9)))

    def wrong(*_: object) -> Sides:
        return pool.rows[0]

    monkeypatch.setattr(compare, "leftover", wrong)
    with pytest.raises(RuntimeError, match="do not agree"):
        difference(one, other, Solver(4, pool))
