"""Problems that several fields make together, told as pydantic tells those of one field."""

from collections.abc import Iterable
from typing import TypeAlias

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

Place: TypeAlias = tuple[str | int, ...]
Problem: TypeAlias = tuple[Place, str]


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
