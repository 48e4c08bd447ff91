"""From an exception to what is told about it, and the exit code."""

import errno
import json
import traceback
from dataclasses import dataclass
from typing import TextIO

import typer

from blueprints.display import visible
from blueprints.errors import ExpectedError
from tutela.exit_codes import ExitCode

_FULL = {errno.ENOSPC, errno.EDQUOT}
_ENVIRONMENT = _FULL | {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENAMETOOLONG,
}
"""Failures of the machine, not of the program, wherever they happen."""


@dataclass(frozen=True)
class Failure:
    """What went wrong, in words: the messages, then hints that can be typed."""

    kind: str
    messages: tuple[str, ...]
    exit_code: int
    hints: tuple[str, ...] = ()
    details: str = ""
    """What is shown before the messages: help text, or the traceback of a bug."""

    def write(self, stream: TextIO, *, as_json: bool) -> None:
        """Print it: lines for a person, or one JSON object."""
        if as_json:
            error: dict[str, object] = {
                "kind": self.kind,
                "message": self.messages[0],
                "hints": list(self.hints),
                "exit_code": int(self.exit_code),
            }
            if len(self.messages) > 1:
                error["also"] = list(self.messages[1:])
            if self.details:
                error["details"] = self.details.splitlines()
            stream.write(json.dumps({"error": error}) + "\n")
        else:
            lines = [visible(line) for line in self.details.splitlines()]
            lines += [f"tutela: error: {visible(message)}" for message in self.messages]
            lines += [f"tutela: hint: {visible(hint)}" for hint in self.hints]
            stream.write("\n".join(lines) + "\n")
        stream.flush()


INTERRUPTED = Failure("interrupted", ("interrupted",), ExitCode.INTERRUPTED)


def failure_of(error: BaseException) -> Failure:
    """What to tell about an exception; what nobody expected is a bug, with its traceback."""
    if isinstance(error, ExpectedError):
        return Failure(
            error.kind, error.messages, error.exit_code, tuple(getattr(error, "__notes__", ()))
        )
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return INTERRUPTED
    return _of_the_machine(error) or _bug(error)


def _usage(error: typer.TyperException) -> Failure:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "tutela"
    hints = (f"{path} --help",)
    if type(error).__name__ == "NoArgsIsHelpError":
        message = f"{path} needs a command"
        return Failure("usage", (message,), ExitCode.USAGE, hints, error.format_message() + "\n ")
    message = " ".join(error.format_message().split()).rstrip(".")
    return Failure("usage", (message[:1].lower() + message[1:],), ExitCode.USAGE, hints)


def _of_the_machine(error: BaseException) -> Failure | None:
    """Memory, disk and rights, wherever they ran out; DuckDB and Arrow say so in their own ways."""
    name = type(error).__name__
    from_duckdb = type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb")
    # While DuckDB computes, it is DuckDB that meets a Ctrl-C: it says so in two ways.
    stopped = isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    if stopped or (from_duckdb and name == "InterruptException"):
        return INTERRUPTED
    if isinstance(error, MemoryError) or (from_duckdb and name == "OutOfMemoryException"):
        return Failure("out of memory", ("out of memory",), ExitCode.FAILED)
    if from_duckdb and "No space left on device" in str(error):
        return _full(" of the working files")
    if isinstance(error, OSError) and error.errno in _ENVIRONMENT:
        where = _file(error)
        if error.errno in _FULL:
            return _full(f" of {where}" if where else "")
        reason = (error.strerror or name).lower()
        return Failure("machine", (f"cannot use {where or 'a file'}: {reason}",), ExitCode.FAILED)
    return None


def _full(where: str) -> Failure:
    return Failure(
        "disk full",
        (f"no space left on the disk or in the quota{where}",),
        ExitCode.FAILED,
        ("df -h .", "make room, then run it again; what was finished before is untouched"),
    )


def _file(error: OSError) -> str:
    names = [name for name in (error.filename, error.filename2) if name is not None]
    return " and ".join(map(str, names))


def _bug(error: BaseException) -> Failure:
    # No locals: they may hold what belongs to a customer.
    text = "".join(traceback.format_exception(error))
    return Failure(
        "bug",
        (f"bug in tutela: {type(error).__name__}: {error}",),
        ExitCode.BUG,
        ("report this with the lines above, once you have seen that no name in them is private",),
        text,
    )
