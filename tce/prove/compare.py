"""What one list of rules accepts and another does not: asked of z3, and of box algebra again.

A question is asked for each box that the one accepts, with the boxes of both lists that meet it and
no others. Leaving out what does not meet it changes no answer; what decides is :mod:`slices`, for
which both engines rely on the same arithmetic. They have to give the same answers, or the proof
ends as a bug of ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tce.prove.algebra import leftover
from tce.prove.slices import meeting
from tce.prove.smt import Solver
from tce.prove.table import Question, Sides, Table
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
    asked = list(questions(one, other))
    answers = dict(solver.ask([question for _, question in asked], most))
    if len(answers) < most:
        _agree(asked, set(answers))
    found: dict[int, Witness] = {}
    for number, packet in answers.items():
        place = asked[number][0]
        found.setdefault(place, Witness(packet, place))
    return [found[place] for place in sorted(found)]


def questions(one: Table, other: Table) -> Iterator[tuple[int, Question]]:
    """For each box that is accepted, and each kind of it once."""
    accepted = [number for number, accepts in enumerate(one.accepts) if accepts]
    dropped = [number for number, accepts in enumerate(one.accepts) if not accepts]
    boxes = [one.rows[number] for number in accepted]
    before = meeting(boxes, [one.rows[number] for number in dropped])
    same = {row: number for number, row in enumerate(other.rows) if other.accepts[number]}
    drops = [number for number, accepts in enumerate(other.accepts) if not accepts]
    blocked = meeting(boxes, [other.rows[number] for number in drops])
    plain: list[tuple[int, Question]] = []
    rest: list[tuple[int, tuple[Sides, ...]]] = []
    for (number, its), (_, theirs) in zip(before, blocked, strict=True):
        place = one.places[accepted[number]]
        but = tuple(one.rows[dropped[which]] for which in its if one.places[dropped[which]] < place)
        box = boxes[number]
        if not theirs and box in same:
            plain.append((place, Question(box, but, ((box, True),))))
        else:
            rest.append((number, but))
    yield from plain
    asked = [boxes[number] for number, _ in rest]
    for (number, but), (_, which) in zip(rest, meeting(asked, other.rows), strict=True):
        then = tuple((other.rows[row], other.accepts[row]) for row in which)
        yield one.places[accepted[number]], Question(boxes[number], but, then)


def _agree(asked: list[tuple[int, Question]], refuted: set[int]) -> None:
    """Raises RuntimeError where box algebra says otherwise than z3."""
    known: dict[Question, bool] = {}
    for number, (_, question) in enumerate(asked):
        if question in known:
            continue
        left = leftover(question)
        known[question] = bool(left)
        if left is not None and bool(left) != (number in refuted):
            raise RuntimeError(f"z3 and box algebra do not agree on {question}")
