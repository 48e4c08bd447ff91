"""Asks one source, and turns whatever goes wrong there into words."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from governance.errors import GovernanceError
from governance.evidence.gather import Gather
from governance.evidence.kinds import open_source
from governance.evidence.source import Asked
from governance.snapshot.writer import is_full
from governance.workspace.evidence import Entry

UNKNOWN_WRITERS = "unknown"
_USER = re.compile(r"(?<=://)[^/\s@]*@")


@dataclass(frozen=True)
class Outcome:
    """How asking a source went, besides what it said."""

    place: str
    writers: str
    failure: str | None = None
    """Why it could not be read to its end, in words and with what to type."""


def ask(kind: str, entry: Entry | None, base: Path, into: Gather, asked: Asked) -> Outcome:
    """Let a source say what it has to say. Raises only for a disk that is full."""
    outcome = Outcome(without_user(entry.asked) if entry else str(base), UNKNOWN_WRITERS)
    try:
        source = open_source(kind, entry, base)
        outcome = Outcome(without_user(source.place), source.writers)
        source.read(into, asked)
    except GovernanceError as error:
        hints: list[str] = getattr(error, "__notes__", [])
        return replace(outcome, failure=without_user(": ".join([str(error), *hints[:1]])))
    except Exception as error:
        if is_full(error):
            raise
        # Its text may hold anything, a password too; the name of its class does not.
        return replace(outcome, failure=f"it could not be read ({type(error).__name__})")
    return outcome


def without_user(text: str) -> str:
    """Return the text without the user information of the URLs in it."""
    return _USER.sub("", text)
