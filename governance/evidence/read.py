"""`tutela evidence read`: asks the registered sources who needs what."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.errors import GovernanceError
from governance.evidence.collect import Collected, collect
from governance.evidence.source import Asked
from governance.evidence.words import as_json, page
from governance.policy.parse import parse_file
from governance.workspace.evidence import Entry
from governance.workspace.workspace import Workspace

FAILED, PARTLY = 1, 4


class NoSuchSourceError(GovernanceError):
    """A source that was named is not registered."""

    kind = "no such source"
    exit_code = 2


@dataclass(frozen=True)
class Read:
    """What `tutela evidence read` did, in the order of tutela.yaml."""

    collected: tuple[Collected, ...]
    now: datetime

    @property
    def exit_code(self) -> int:
        """0, or 4 where a source did not answer completely, or 1 where none answered at all."""
        if not any(one.answered for one in self.collected):
            return FAILED
        whole = all(one.answered and one.known.reading.complete for one in self.collected)
        return 0 if whole else PARTLY

    def __str__(self) -> str:
        text = page([one.known for one in self.collected], self.now)
        if self.exit_code:
            text += "\n\nWhat did not answer keeps what it kept before, and lets nothing go."
        return text

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/evidence-read/v1`."""
        return {
            "schema": "tutela/evidence-read/v1",
            "as_of": self.now.isoformat(),
            "sources": [
                {**as_json(one.known, self.now), "answered": one.answered} for one in self.collected
            ],
        }


def read_evidence(
    workspace: Workspace,
    named: Sequence[str],
    *,
    now: datetime,
    progress: Callable[[str], None],
) -> Read:
    """Ask every registered source, or those that are named (NAME, KIND or KIND/NAME).

    One that fails does not stop the others. Raises NoSuchSourceError; GovernanceError where none
    is registered or another process reads them; what a wrong policy raises: it names metrics.
    """
    entries = workspace.config.evidence.entries
    if not entries:
        raise GovernanceError(
            "tutela.yaml registers no source of evidence", f"edit {workspace.config_file}"
        )
    chosen = entries if not named else list(dict.fromkeys(_named(entries, named)))
    metrics = frozenset(metrics_of(workspace))
    return Read(collect(workspace, chosen, Asked(now, metrics), progress), now)


def metrics_of(workspace: Workspace) -> Iterator[str]:
    """Yield the metrics that the configured policies compare by. Raises what parsing raises."""
    for path in workspace.policy_paths():
        for rule in parse_file(path).policy.rules:
            if rule.keep is not None and rule.keep.best is not None:
                yield rule.keep.best.metric


def _named(
    entries: Sequence[tuple[str, Entry]], named: Sequence[str]
) -> Iterator[tuple[str, Entry]]:
    for name in named:
        found = [
            (kind, entry)
            for kind, entry in entries
            if name in (entry.known_as, kind, f"{kind}/{entry.known_as}")
        ]
        if not found:
            known = [entry.known_as for _, entry in entries]
            near = difflib.get_close_matches(name, known, 1) or known[:1]
            raise NoSuchSourceError(
                f"no source {name} in tutela.yaml", f"tutela evidence read {near[0]}"
            )
        yield from found
