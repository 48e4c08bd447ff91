"""Validation rules of CRDs (`x-kubernetes-validations`), evaluated where that is possible.

Rules that compare with the object before a change (`oldSelf`) have nothing to look at in a file.
Functions that only the API server has (`isURL`, `quantity`, ...) cannot be evaluated here.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LONGEST = 10_000
"""Characters of a rule."""


@dataclass(frozen=True)
class Answer:
    """What became of a rule."""

    holds: bool | None
    """None where it was not evaluated."""
    why: str = ""
    """Why it was not."""


def transition(rule: str) -> bool:
    """Whether ``rule`` speaks of a change rather than of an object."""
    return "oldSelf" in rule


def evaluate(rule: str, value: Any) -> Answer:
    """Whether ``rule`` holds with ``self`` = ``value``. Never raises for what a rule says."""
    if len(rule) > _LONGEST:
        return Answer(None, f"is longer than {_LONGEST} characters")
    try:
        found = _program(rule).execute({"self": value})
    except Exception as error:  # noqa: BLE001 - the library raises what the rule brings up
        return Answer(None, " ".join(str(error).split())[:120])
    if isinstance(found, bool):
        return Answer(found)
    return Answer(None, "does not say yes or no")


@lru_cache(maxsize=1024)
def _program(rule: str) -> Any:
    import cel

    return cel.compile(rule)
