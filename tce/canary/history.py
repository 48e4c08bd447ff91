"""Everything that a Git repository holds: every object, also those that nothing reaches any more.

A secret that was taken back stays in the history; one of a branch that was deleted, or of a stash,
stays as an object until Git throws it away. Objects are read by `blueprints.formats.git`: no Git is
run, and no configuration of the repository is opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blueprints.formats.git.errors import GitError
from blueprints.formats.git.packs import BLOB, COMMIT, TAG, TREE
from blueprints.formats.git.plain import walk_plain
from blueprints.formats.git.repository import open_repository
from tce.canary.streams import Problem

MOST = 512 << 20
"""Bytes of one object; larger ones are told."""
_KINDS = {COMMIT: "commit", TREE: "tree", BLOB: "blob", TAG: "tag"}
_DEPTH = 8
_MOST_FILES = 20_000_000


@dataclass(frozen=True)
class Object:
    """One object."""

    name: str
    """``blob 1f2e3d4c5b6a``: what ``git log --all --find-object`` finds the commits of."""
    data: bytes = field(repr=False)


def objects(folder: Path, problem: Problem) -> Iterator[Object]:
    """Yield every object of the repository at `folder` (bare, or what ``.git`` lies in).

    `problem` is told of all that cannot be read.
    """
    try:
        with open_repository(folder) as repository:
            repository.refs()
            for one in _not_indexed(repository.folder / "objects" / "pack"):
                repository.problem(one)
            for oid, kind, data in repository.everything(MOST):
                yield Object(f"{_KINDS[kind]} {oid[:12]}", data)
            if repository.shallow:
                problem("a shallow clone: what came before it is elsewhere")
            for said in repository.problems:
                problem(said)
            if (more := repository.problem_count - len(repository.problems)) > 0:
                problem(f"{more:,} further problems")
    except GitError as error:
        problem(str(error))


def _not_indexed(folder: Path) -> Iterator[str]:
    """Packs that Git does not use; they hold objects all the same."""
    try:
        names = {within for within, _ in walk_plain(folder, _DEPTH, _MOST_FILES)}
    except OSError as error:
        yield f"a folder of packs cannot be listed: {error.strerror or error}"
        return
    for name in sorted(names):
        if name.endswith(".pack") and f"{name.removesuffix('.pack')}.idx" not in names:
            yield f"{name} has no index: git index-pack objects/pack/{name}"
        elif name.startswith("tmp_pack_"):
            yield f"{name} is what an interrupted transfer left: git gc --prune=now"
