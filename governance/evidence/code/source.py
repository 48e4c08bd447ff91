"""Asks a Git repository which commits it still has."""

from pathlib import Path

from governance.evidence.claim import Key
from governance.evidence.errors import EvidenceError
from governance.evidence.files import path_of, set_as_of
from governance.evidence.gather import Gather
from governance.evidence.git.chosen import chosen
from governance.evidence.git.fetched import fetched
from governance.evidence.git.repository import open_repository
from governance.evidence.source import Asked
from governance.workspace.evidence import CodeEntry


class CodeSource:
    """The commits that are reachable from a repository's refs.

    A commit that only a stash or a detached head holds does not count unless a glob names it: it
    goes with the next clean-up. In a partial clone commits are there without their files, which
    is a problem. Nothing of the repository's configuration is read.
    """

    def __init__(self, entry: CodeEntry, base: Path) -> None:
        self._path = path_of(base, entry.repo)
        self._refs = entry.refs
        self.name = entry.known_as
        self.place = str(self._path)
        self.writers = f"whoever may push to {self._path}"

    def read(self, into: Gather, asked: Asked) -> None:
        """Note every commit. Raises EvidenceError where there is no repository."""
        with open_repository(self._path) as repository:
            refs = chosen(repository.refs(), self._refs)
            if not refs:
                raise EvidenceError(
                    f"{self._path} has no refs like {', '.join(self._refs)}",
                    f"git -C {self._path} for-each-ref",
                )
            set_as_of(into, fetched(repository.folder) or asked.now, asked.now)
            tips = [ref.commit for ref in refs if ref.commit is not None]
            for count, commit in enumerate(repository.commits(tips), start=1):
                into.note(f"commit:{commit.id}", Key.EXISTS, text=self.name)
                if count % 10_000 == 0:
                    into.progress(f"{count:,} commits")
            for words in repository.problems:
                into.problem(words)
            # A clone without files says so with a file beside each pack.
            if any((repository.folder / "objects" / "pack").glob("*.promisor")):
                into.problem("it is a partial clone: files of its commits may not be there")
