"""Rules without effect: every packet that one fits is fit by rules before it.

Box algebra looks at every rule; z3 confirms each that is found, and a sample of the others, drawn
with a seed: a question for each rule would take longer than all the rest of the proof.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tce.prove.algebra import leftover
from tce.prove.slices import meeting
from tce.prove.smt import Solver
from tce.prove.table import Question, Table

SAMPLE = 100
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
    for number, before in enumerate(_before(table)):
        place = table.places[number]
        if place >= count:
            continue
        then = tuple((table.rows[other], True) for other in before)
        questions[place].append(Question(table.rows[number], (), then))
        if before:
            hiders[place] = min(hiders.get(place, count), table.places[before[0]])
    found, alive = [], []
    for place, its in questions.items():
        if all(leftover(one) == [] for one in its):
            found.append(place)
        else:
            alive.append(place)
    sample = random.Random(seed).sample(alive, min(SAMPLE, len(alive)))  # noqa: S311
    for place in (*found, *sample):
        answered = bool(solver.ask(questions[place], 1))
        if answered != (place not in set(found)):
            raise RuntimeError(f"z3 and box algebra do not agree on the rule at place {place}")
    return [Dead(place, hiders.get(place)) for place in found]


def _before(table: Table) -> Iterator[list[int]]:
    """For each row those of earlier places that it meets."""
    for number, others in meeting(table.rows, table.rows):
        place = table.places[number]
        yield [other for other in others if table.places[other] < place]
