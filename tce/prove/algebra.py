"""The same questions by subtraction of boxes: a second opinion that shares no engine with z3."""

from collections.abc import Sequence

from tce.prove.sides import Question, Sides, meet, within, without

MOST_STEPS = 200_000
"""A box may fall into very many pieces; then there is no second opinion."""


class TooManyPiecesError(Exception):
    """Subtraction gives no answer within its steps."""


def leftover(question: Question, rows: Sequence[Sides]) -> Sides | None:
    """A part of what the rows do not accept; None: they accept all of it.

    One piece is followed to its end before the next is looked at, so that an answer is found
    early. Raises :class:`TooManyPiecesError`.
    """
    decisions = [(one, None) for one in question.but] + list(question.then)
    waiting: list[tuple[Sides, int]] = [(rows[question.box], 0)]
    steps = 0
    while waiting:
        piece, start = waiting.pop()
        for place in range(start, len(decisions)):
            steps += 1
            number, accepts = decisions[place]
            sides = rows[number]
            both = meet(piece, sides)
            if both is None:
                continue
            if accepts is False:
                return both
            if not within(piece, sides):
                waiting.extend((part, place + 1) for part in without(piece, sides))
            break
        else:
            return piece
        if steps > MOST_STEPS:
            raise TooManyPiecesError
    return None
