"""What one list of rules accepts and another does not: asked of z3, and of box algebra again.

A question is asked for each box that the one accepts, with the boxes of both lists that meet it
and no others; leaving out what does not meet it changes no answer. The two engines have to give the
same answers, or the proof ends as a bug of ours. What was asked once is not asked again: lists of
several devices are mostly the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tce.prove.algebra import TooManyPiecesError, leftover
from tce.prove.sides import Question
from tce.prove.smt import Solver
from tce.prove.table import Table
from tce.space.header import Packet

MOST = 25
"""Witnesses of one comparison; a device that is all wrong is wrong for each of its rules."""


@dataclass(frozen=True)
class Witness:
    """A packet that the one accepts and the other does not."""

    packet: Packet
    place: int
    """The rule or clause of the one that was asked for."""


def difference(one: Table, other: Table, solver: Solver, most: int = MOST) -> list[Witness]:
    """At most one witness for each place of `one`, and `most` in all; none: there is none."""
    places: dict[Question, int] = {}
    for place, question in questions(one, other):
        if question not in solver.proved:
            places.setdefault(question, place)
    answers = solver.ask(list(places), most)
    if len(answers) < most:
        for question in places:
            _agree(question, question in answers, solver)
    found: dict[int, Witness] = {}
    for question, packet in answers.items():
        place = places[question]
        found.setdefault(place, Witness(packet, place))
    return [found[place] for place in sorted(found)]


def questions(one: Table, other: Table) -> Iterator[tuple[int, Question]]:
    """For each box that is accepted: its place, and what to ask."""
    mine, boxes = one.accepted, one.accepted_columns
    before, blocked = one.drop_index.meeting(boxes), other.drop_index.meeting(boxes)
    rest: list[tuple[int, tuple[int, ...]]] = []
    for row, its, theirs in zip(mine, before, blocked, strict=True):
        place, box = one.places[row], one.numbers[row]
        rows = [one.dropped[which] for which in its]
        but = tuple(one.numbers[which] for which in rows if one.places[which] < place)
        # The very box: it decides, unless something before it drops a part of it.
        at = other.first.get(box)
        if at is not None and not (theirs and other.dropped[theirs[0]] < at):
            yield place, Question(box, but, ((box, True),))
        else:
            rest.append((row, but))
    if not rest:
        return
    asked = one.columns([row for row, _ in rest])
    for (row, but), which in zip(rest, other.index.meeting(asked), strict=True):
        then = tuple((other.numbers[each], other.accepts[each]) for each in which)
        yield one.places[row], Question(one.numbers[row], but, then)


def _agree(question: Question, refuted: bool, solver: Solver) -> None:
    """Raises RuntimeError where box algebra says otherwise than z3."""
    try:
        left = leftover(question, solver.pool.rows)
    except TooManyPiecesError:
        return
    if (left is not None) != refuted:
        raise RuntimeError(f"z3 and box algebra do not agree on {question}")
