"""The same questions by subtraction of boxes: a second opinion that shares no engine with z3."""

from tce.prove.table import Question, Sides, meet, within, without

MOST_PIECES = 20_000
"""A box may fall into very many; then there is no second opinion."""


def leftover(question: Question) -> list[Sides] | None:
    """What the rows do not accept, in boxes that do not meet; None: too many of them."""
    left = [question.box]
    for away in question.but:
        left = [piece for one in left for piece in without(one, away)]
    lost: list[Sides] = []
    for sides, accepts in question.then:
        if not left:
            break
        if not accepts:
            lost += [both for one in left if (both := meet(one, sides)) is not None]
        left = [piece for one in left if not within(one, sides) for piece in without(one, sides)]
        if len(left) + len(lost) > MOST_PIECES:
            return None
    return lost + left
