"""What a check says: findings, and what it could not look at."""

from dataclasses import dataclass, field
from enum import IntEnum


class Level(IntEnum):
    """How much a finding matters; ordered, so that `--fail-on` is a comparison."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is not right, and where."""

    file: str
    """Relative to the repository, with `/`; "" for the repository as a whole."""
    line: int
    """Counts from 1; 0 when the whole file is meant."""
    rule: str
    message: str
    """Lower case, names the thing, no full stop."""
    level: Level = field(default=Level.ERROR)
    hint: str = ""
    """What to do or type; may be empty."""


@dataclass(frozen=True, order=True)
class NotChecked:
    """Something that a rule should have looked at and could not."""

    rule: str
    reason: str
    file: str = ""
