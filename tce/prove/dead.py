"""Rules without effect: every packet that one fits is fit by rules before it.

Box algebra looks at every rule; z3 confirms each that is found, and a sample of the others, drawn
with a seed: a question for each rule would take longer than all the rest of the proof.
"""

import random
from dataclasses import dataclass

from tce.prove.algebra import TooManyPiecesError, leftover
from tce.prove.sides import Question
from tce.prove.smt import Solver
from tce.prove.table import Pool, Table

SAMPLE = 20
"""Rules of each filter of which z3 says, too, that they have an effect."""


@dataclass(frozen=True)
class Dead:
    """A rule, by its place, and the first of those that hide it; None: it fits no packet."""

    place: int
    hidden_by: int | None


def dead(table: Table, count: int, solver: Solver, seed: int) -> list[Dead]:
    """Of the first `count` places. Raises RuntimeError where the two engines do not agree."""
    questions: dict[int, list[Question]] = {place: [] for place in range(count)}
    hiders: dict[int, int] = {}
    whole = table.columns(range(len(table.numbers)))
    for row, others in enumerate(table.index.meeting(whole)):
        place = table.places[row]
        if place >= count:
            continue
        before = [other for other in others if table.places[other] < place]
        then = tuple((table.numbers[other], True) for other in before)
        questions[place].append(Question(table.numbers[row], (), then))
        if before:
            hiders[place] = min(hiders.get(place, count), table.places[before[0]])
    said = {place: _has_effect(its, table.pool) for place, its in questions.items()}
    alive = [place for place, effect in said.items() if effect]
    sample = random.Random(seed).sample(alive, min(SAMPLE, len(alive)))  # noqa: S311
    found = []
    # Its own solver: a packet gives every term that a solver knows a value, needed or not.
    single = Solver(table.space.family, table.pool)
    for place in sorted({*sample, *(place for place, effect in said.items() if not effect)}):
        effect = bool(single.ask(questions[place], 1))
        if said[place] not in (effect, None):
            raise RuntimeError(f"z3 and box algebra do not agree on the rule at place {place}")
        if not effect:
            found.append(place)
    solver.questions += single.questions
    return [Dead(place, hiders.get(place)) for place in found]


def _has_effect(questions: list[Question], pool: Pool) -> bool | None:
    """Whether anything is left of any piece; None: too large for subtraction, z3 says it alone.

    The pieces that least is before are looked at first.
    """
    for one in sorted(questions, key=lambda one: len(one.then)):
        try:
            if leftover(one, pool.rows) is not None:
                return True
        except TooManyPiecesError:
            return None
    return False
