"""What each exit code of the program means; the table in README.md is this one."""

from enum import IntEnum


class ExitCode(IntEnum):
    """One meaning each. Any other code means failure."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> "ExitCode":
        """An exit code with its meaning in words."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "done"
    FAILED = 1, "failed for a reason that is told"
    USAGE = 2, "the command line is wrong"
    FOUND = 3, "a check found problems"
    PARTLY = 4, "partly done; what is missing is told"
    BUG = 70, "a bug in tutela"
    INTERRUPTED = 130, "interrupted (Ctrl-C, or told to end)"
