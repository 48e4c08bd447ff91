"""Secrets that were once committed: every file that any ref can reach is searched, once.

Git's objects are read by `blueprints.formats.git`, which runs no Git and opens no configuration.
What a time or size limit leaves out is said.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.check import events
from blueprints.check.documents import Yaml, objects_of
from blueprints.check.secrets.manifests import in_object
from blueprints.check.secrets.patterns import search
from blueprints.formats.git.errors import GitError
from blueprints.formats.git.refs import text_of
from blueprints.formats.git.repository import Repository, open_repository

MOST_SECONDS = 60.0
MOST_BYTES = 1 << 30
MOST_FILE = 8 << 20
"""Bytes of one file; larger ones are data."""
MOST_BLOBS = 500_000
_MANIFESTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Once:
    """Something secret that a commit holds."""

    file: str
    commit: str
    """12 characters; one commit that has it, others may too."""
    what: str


def search_history(folder: Path, known: set[str]) -> Iterator[Once | str]:
    """Yield what was committed once, and in words what could not be looked at.

    `known`: names of blobs that lie in the work tree, which is searched by itself; those that are
    seen are added.
    """
    git = folder / ".git"
    if git.is_symlink() or git.is_file():
        yield "the Git history is kept elsewhere (a linked worktree): check the main clone"
        return
    if not git.is_dir():
        return
    try:
        with open_repository(folder) as repository:
            yield from _search(repository, known)
            yield from _problems(repository.problems)
    except GitError as error:
        yield f"the Git history: {error}"


def _search(repository: Repository, known: set[str]) -> Iterator[Once | str]:
    end = time.monotonic() + MOST_SECONDS
    left = MOST_BYTES
    finder = repository.finder(lambda _folder, _name: True)
    walked: set[int] = set()
    for commit, tree in _trees(repository):
        for file in finder.fresh(tree, walked):
            if file.blob in known:
                continue
            known.add(file.blob)
            if time.monotonic() > end:
                yield f"the Git history was cut after {MOST_SECONDS:.0f} seconds"
                return
            if left <= 0 or len(known) > MOST_BLOBS:
                yield f"the Git history was cut after {MOST_BYTES >> 20} MiB"
                return
            data = repository.read(file.blob, MOST_FILE)
            if data is None:
                continue
            left -= len(data)
            path = text_of(file.path)
            for what in sorted(found_in(path, data)):
                yield Once(path, commit[:12], what)


def _trees(repository: Repository) -> Iterator[tuple[str, str]]:
    """(commit, tree) of everything that a ref reaches."""
    refs = repository.refs()
    for commit in repository.commits([ref.commit for ref in refs if ref.commit]):
        yield commit.id, commit.tree
    for ref in refs:
        if ref.tree:
            yield ref.tree, ref.tree


def found_in(path: str, data: bytes) -> set[str]:
    """What is secret in a file's bytes, in words."""
    found = {hit.what for hit in search(data)}
    if path.endswith(_MANIFESTS) and (b"Secret" in data or b"env" in data):
        documents, _ = events.read(data.decode("utf-8-sig", "replace"))
        for document in documents:
            for one in objects_of(Yaml(path, document.data)):
                found |= {planted.what for planted in in_object(one)}
    return found


def _problems(problems: list[str]) -> Iterator[str]:
    large = sum("is larger than" in problem for problem in problems)
    if large:
        yield f"the Git history: {large:,} files are larger than {MOST_FILE >> 20} MiB"
    for problem in problems:
        if "is larger than" not in problem:
            yield f"the Git history: {problem}"
