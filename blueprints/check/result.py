"""What a check ends with: everything that was found, and everything that was not looked at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.suppressions import Suppressed

FOUND_PROBLEMS = 3
ONLY_WITH = "runs only with --with "
"""How the reason of a tool begins that nobody asked for."""


@dataclass(frozen=True)
class CheckResult:
    """All of one check. Texts are foreign: every output makes them harmless in its own way."""

    repository: str
    """As it was given."""
    findings: tuple[Finding, ...]
    """Sorted by file, line, rule; without those suppressed."""
    suppressed: tuple[Suppressed, ...]
    not_checked: tuple[NotChecked, ...]
    """What should have been looked at and could not: `--strict` fails on it."""
    not_asked: tuple[NotChecked, ...]
    """What runs only when asked for, or was switched off."""
    rules: Mapping[str, str]
    """Rules and tools that ran, each with its summary."""
    files: int
    objects: int
    """Kubernetes objects, rendered ones too."""
    fail_on: Level = Level.WARNING
    strict: bool = False
    printed: str | None = field(default=None, repr=False)
    """What goes to standard output in place of the text for people (`--format` without a file)."""
    written: tuple[str, ...] = ()
    """Files of `--output`."""

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that make the check fail."""
        return tuple(one for one in self.findings if one.level >= self.fail_on)

    @property
    def exit_code(self) -> int:
        """0, or 3 for findings at or above `fail_on`, and under `strict` for what could not be
        checked."""
        return FOUND_PROBLEMS if self.failing or (self.strict and self.not_checked) else 0

    def counts(self) -> dict[Level, int]:
        """How many findings there are of each level, the worst first."""
        counted = Counter(one.level for one in self.findings)
        return {level: counted[level] for level in sorted(Level, reverse=True)}

    def __str__(self) -> str:
        from blueprints.check.outputs.text import text

        return text(self) if self.printed is None else self.printed

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/check/v1`."""
        from blueprints.check.outputs.json import as_json

        return as_json(self)
