"""Problems that several fields make together, told as pydantic tells those of one field."""

import difflib
from collections.abc import Iterable
from typing import TypeAlias

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

Place: TypeAlias = tuple[str | int, ...]
Problem: TypeAlias = tuple[Place, str]

_SHOWN = 5
"""Names that a message holds at most."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raise what pydantic would: every problem, with its place below the model that asks."""
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("unfit", "{text}", {"text": text}), loc=place, input=None
        )
        for place, text in problems
    ]
    if errors:
        raise ValidationError.from_exception_data("specification", errors)


def unknown(what: str, wrong: str, known: Iterable[str]) -> str:
    """What to say of a name that stands for nothing: the nearest one, or some that there are."""
    words = sorted(set(known))
    near = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    if near:
        return f"there is no {what} {wrong}; did you mean {near[0]}?"
    if not words:
        return f"there is no {what} {wrong}, and no other"
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"there is no {what} {wrong}; known: {', '.join(words[:_SHOWN])}{more}"
