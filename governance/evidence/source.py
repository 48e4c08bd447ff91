"""What every source of evidence is: something that is asked and answers with claims."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from governance.evidence.gather import Gather


@dataclass(frozen=True)
class Asked:
    """What a reading is for."""

    now: datetime
    """UTC."""
    metrics: frozenset[str] = frozenset()
    """Metrics that some policy names; the histories of others are not read."""


class EvidenceSource(Protocol):
    """One registered source. Made from its entry in ``tutela.yaml``; opens nothing until read."""

    @property
    def name(self) -> str:
        """Its name among the sources of its kind."""

    @property
    def place(self) -> str:
        """What is asked, for people; without credentials."""

    @property
    def writers(self) -> str:
        """Who could have written what it says, in words: "whoever may push to /srv/git/a.git"."""

    def read(self, into: Gather, asked: Asked) -> None:
        """Say everything there is.

        What cannot be read is said with `into.problem` and does not stop the rest. Raises
        EvidenceError (or another GovernanceError) only where nothing can be read at all.
        """
