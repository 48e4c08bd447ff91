"""What each exit code of the program means; the table in README.md is this one."""

from enum import IntEnum


class ExitCode(IntEnum):
    """One meaning each. Any other code means failure."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    FOUND = 3
    PARTLY = 4
    BUG = 70
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "failed, for a reason that is told",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.FOUND: "a check found problems",
    ExitCode.PARTLY: "partly done; what is missing is told",
    ExitCode.BUG: "a bug in tutela",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C, or told to end)",
}
