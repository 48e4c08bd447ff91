"""z3 and box algebra answer the same questions in the same way."""

from __future__ import annotations

import random

from tce.prove.algebra import leftover
from tce.prove.sides import Question
from tce.prove.smt import Solver
from tce.prove.table import Pool
from tce.space.header import FIELDS, Field, Packet, box

SMALL = (Field.SRC, Field.DST, Field.DPORT)


def number(pool: Pool, family: int, **ranges: tuple[int, int]) -> int:
    return pool.number(box(4 if family == 4 else 6, proto=6, **ranges).ranges)


def drawn(chance: random.Random, pool: Pool, family: int) -> int:
    ranges = {}
    for field in SMALL:
        first = chance.randrange(6)
        ranges[field.value] = (first, min(7, first + chance.choice((0, 1, 3, 7))))
    return number(pool, family, **ranges)


def accepted(question: Question, pool: Pool, one: Packet) -> bool:
    """Whether a packet is an answer, by definition."""

    def fits(which: int) -> bool:
        row = pool.rows[which]
        return all(low <= v <= high for (low, high), v in zip(row, one.values, strict=True))

    if not fits(question.box) or any(map(fits, question.but)):
        return False
    return not next((accepts for which, accepts in question.then if fits(which)), False)


def test_both_engines_agree_and_a_witness_is_one() -> None:
    chance = random.Random(3)
    for family in (4, 6):
        pool = Pool()
        solver = Solver(4 if family == 4 else 6, pool)
        asked = []
        for _ in range(150):
            then = tuple(
                (drawn(chance, pool, family), chance.random() < 0.8)
                for _ in range(chance.randrange(9))
            )
            but = tuple(drawn(chance, pool, family) for _ in range(chance.randrange(3)))
            asked.append(Question(drawn(chance, pool, family), but, then))
        answers = solver.ask(asked, len(asked))
        assert 0 < len(answers) < len(set(asked))
        for question in asked:
            assert (question in answers) == (leftover(question, pool.rows) is not None)
            assert (question in solver.proved) == (question not in answers)
            if question in answers:
                assert accepted(question, pool, answers[question])


def test_no_more_are_found_than_are_asked_for() -> None:
    pool = Pool()
    asked = [Question(number(pool, 4, dport=(port, port)), (), ()) for port in range(9)]
    assert len(Solver(4, pool).ask(asked, 4)) == 4


def test_ranges_that_are_no_prefix_are_exact() -> None:
    pool = Pool()
    whole = number(pool, 6, src=(3, (1 << 128) - 2))
    for low, high, covered in ((3, (1 << 128) - 2, True), (4, (1 << 128) - 2, False)):
        question = Question(whole, (), ((number(pool, 6, src=(low, high)), True),))
        assert (Solver(6, pool).ask([question], 1) == {}) is covered


def test_a_state_has_no_value_beyond_the_last() -> None:
    pool = Pool()
    states = [pool.number(box(4, proto=6, state=one).ranges) for one in range(5)]
    question = Question(pool.number(box(4, proto=6).ranges), (), tuple((s, True) for s in states))
    assert Solver(4, pool).ask([question], 1) == {}
    assert FIELDS[-1] is Field.STATE
