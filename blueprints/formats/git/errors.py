"""What can be wrong with a repository, and with one object of it while the others are fine."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from blueprints.errors import ExpectedError

_Of = ParamSpec("_Of")
_Result = TypeVar("_Result")


class GitError(ExpectedError):
    """A repository cannot be opened at all."""

    kind = "git"


class ObjectError(Exception):
    """One object cannot be had; the others can. The message is for a report."""


class MissingObjectError(ObjectError):
    """It is not there: a partial clone, a cut history, or a damaged repository."""


def parsed(parse: Callable[_Of, _Result], *args: _Of.args, **kwargs: _Of.kwargs) -> _Result:
    """Call a parser of dulwich's, which asserts, and slips on what it did not expect.

    Raises:
        ObjectError: the data are damaged.
    """
    try:
        return parse(*args, **kwargs)
    except (ObjectError, OSError, MemoryError):
        raise
    except Exception as error:
        raise ObjectError(f"the data are damaged ({type(error).__name__})") from error


def reason(error: Exception) -> str:
    """Return why, in words for a report."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:200] or type(error).__name__
