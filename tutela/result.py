"""What a command returns, and how the front door prints it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePath
from typing import Protocol, TextIO, runtime_checkable


@runtime_checkable
class Result(Protocol):
    """A finished answer: text for a person, data for a program.

    Operations give it structurally, without importing this. An optional attribute
    ``exit_code: int`` (default 0) says 3 for found problems and 4 for partly done.
    """

    def __str__(self) -> str:
        """Text of at most 100 columns, already made safe with ``blueprints.display.visible``."""
        ...

    def as_json(self) -> Mapping[str, object]:
        """Plain data; ``schema`` names its form, such as ``tutela/report/v1``."""
        ...


def exit_code(result: Result) -> int:
    """What the program ends with after this result."""
    code = getattr(result, "exit_code", 0)
    if not isinstance(code, int):
        raise TypeError(f"{type(result).__name__}.exit_code is no number")
    return code


def write_result(result: Result, stream: TextIO, *, as_json: bool, tty: bool) -> None:
    """Print a result; JSON is ASCII only, indented for a person, on one line for a program."""
    if as_json:
        # ASCII: bidirectional and control characters from a bucket cannot act in a terminal, and
        # names that are not UTF-8 survive. One line: the indenting encoder is ten times slower.
        text = json.dumps(
            result.as_json(), indent=2 if tty else None, allow_nan=False, default=_plain
        )
    else:
        text = str(result)
    if text:
        stream.write(text if text.endswith("\n") else text + "\n")
    stream.flush()


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
