"""Opens Git repositories for sources of evidence: one that cannot be opened is missing evidence."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from blueprints.formats.git import repository
from blueprints.formats.git.errors import GitError
from blueprints.formats.git.repository import Repository
from governance.evidence.errors import EvidenceError


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """As `blueprints.formats.git.repository.open_repository`; raises EvidenceError."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(repository.open_repository(path))
        except GitError as error:
            raise EvidenceError(str(error), *getattr(error, "__notes__", ())) from error
        yield found
