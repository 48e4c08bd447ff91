"""What a shell script is made of, once it is read."""

import re
from dataclasses import dataclass
from typing import Final

from blueprints.runtimes.reading.words import Part, Word

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")


@dataclass(frozen=True)
class Assignment:
    """``name=value``, ``name=(value value)``; ``append`` for ``+=``."""

    name: str
    value: Word | tuple[Word, ...]
    append: bool = False


@dataclass(frozen=True)
class Redirection:
    """``> file``; a here-document's text is in ``body``."""

    operator: str
    target: Word
    number: str = ""
    body: str | None = None


@dataclass(frozen=True)
class Command:
    """A simple command: program and arguments, or assignments alone. The list that a ``for`` goes
    through is one too: ``for``, the variable, ``in``, its words."""

    line: int
    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    within: tuple[str, ...] = ()
    """What it stands in, outermost first: ``function serve``, ``if``, ``for node``, ``case``,
    ``{``, ``(``."""
    joined: str = ""
    """What follows it: ``;`` or ``\\n``, ``&``, ``|``, ``&&``, ``||``; "" at the end."""

    @property
    def program(self) -> str | None:
        """What it starts, if that is known without running anything."""
        return self.words[0].literal if self.words else None


def split(one: Word) -> Assignment | None:
    """A word that assigns something, or None."""
    first = one.parts[0] if one.parts else None
    if first is None or first.kind != "text" or first.quoted:
        return None
    found = _ASSIGNMENT.match(first.text)
    if found is None:
        return None
    rest = first.text[found.end() :]
    parts = ((Part("text", rest, quoted=False),) if rest else ()) + one.parts[1:]
    return Assignment(found.group(1), Word(parts, one.line), append=bool(found.group(2)))
