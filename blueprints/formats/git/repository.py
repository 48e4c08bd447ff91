"""A repository as a set of commits and files, from whatever disk it lies on."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from blueprints.formats.git.errors import GitError, ObjectError
from blueprints.formats.git.objects import Objects
from blueprints.formats.git.packs import BLOB, COMMIT, TAG, TREE
from blueprints.formats.git.plain import read_if_there
from blueprints.formats.git.refs import RawRef, oid_length, raw_refs, shallow_of
from blueprints.formats.git.trees import Finder, Wanted

MOST_COMMITS = 5_000_000
MOST_COMMIT = 8 << 20
"""Bytes of a commit or tag: messages are long, signatures are not."""
DEEPEST_TAG = 10
MOST_PROBLEMS = 1_000


@dataclass(frozen=True)
class Ref:
    """A name that somebody can still use."""

    name: str
    """Whole: `refs/heads/main`, `refs/stash@{1}`, `HEAD`. Foreign text, not always UTF-8."""
    commit: str | None
    """What it stands for, tags peeled; null where it stands for no commit."""
    tree: str | None = None
    """A ref can stand for a folder without a commit."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """What is needed of a commit."""

    id: str
    tree: str
    parents: tuple[str, ...]
    seconds: int
    """When it was committed, by the committer's own clock; seconds since 1970."""


@dataclass
class Repository:
    """One repository, open. Not thread-safe; made by `open_repository`.

    `problems` says in words all that could not be read; what could be read is complete where
    there is none.
    """

    path: Path
    folder: Path
    """Its Git folder; of a linked worktree the common one."""
    worktree: Path | None
    """Where files are checked out; null for a bare one."""
    shallow: frozenset[str]
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0
    _refs: list[RawRef] = field(default_factory=list)
    _objects: Objects = field(init=False, repr=False)
    _told: set[str] = field(default_factory=set, repr=False)

    def problem(self, words: str) -> None:
        """Add something that could not be read, each once."""
        if words in self._told:
            return
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self._told.add(words)
            self.problems.append(words)

    def refs(self) -> list[Ref]:
        """Return all refs, sorted by name; symbolic ones too, under their own names.

        One that cannot be followed has a problem, which is also in `problems`.
        """
        found = [self._peeled(raw) for raw in self._refs]
        for ref in found:
            if ref.problem is not None:
                self.problem(ref.problem)
        return found

    def _peeled(self, raw: RawRef) -> Ref:
        if raw.oid is None:
            return Ref(raw.name, None, problem=raw.problem)
        oid = raw.oid
        for _ in range(DEEPEST_TAG):
            try:
                kind, data = self._objects.get(oid, MOST_COMMIT)
            except ObjectError as error:
                return Ref(raw.name, None, problem=f"ref {raw.name}: {error}")
            if kind == COMMIT:
                return Ref(raw.name, oid)
            if kind == TREE:
                return Ref(raw.name, None, tree=oid)
            if kind != TAG:
                return Ref(raw.name, None)  # A single file, such as a public key.
            first = data.partition(b"\n")[0]
            target = first.removeprefix(b"object ").decode("ascii", "replace")
            if not _is_oid(target, len(oid)):
                return Ref(raw.name, None, problem=f"ref {raw.name}: tag {oid[:12]} is damaged")
            oid = target
        return Ref(raw.name, None, problem=f"ref {raw.name}: tags on tags without end")

    def name_of(self, content: bytes) -> str:
        """Return the name that a file with this content has, committed as it is."""
        return self._objects.name_of(BLOB, content).hex()

    def commits(self, tips: Iterable[str], seen: set[str] | None = None) -> Iterator[Commit]:
        """Yield every commit that is reachable from `tips`, once, the newest lines first.

        `seen`: commits that are passed over with all before them; those that are yielded are
        added. A commit that cannot be read becomes a problem, and its parents are not known.
        """
        known = set() if seen is None else seen
        waiting = [tip for tip in tips if tip not in known]
        while waiting:
            oid = waiting.pop()
            if oid in known:
                continue
            if len(known) >= MOST_COMMITS:
                self.problem(f"it has more than {MOST_COMMITS:,} commits")
                return
            known.add(oid)
            commit = self.commit(oid)
            if commit is None:
                continue
            yield commit
            if oid in self.shallow:
                if commit.parents:
                    self.problem(
                        "it is a shallow clone: its history is cut (git fetch --unshallow)"
                    )
                continue
            waiting.extend(parent for parent in commit.parents if parent not in known)

    def commit(self, oid: str) -> Commit | None:
        """Return one commit; None, and a problem, where it cannot be read."""
        try:
            kind, data = self._objects.get(oid, MOST_COMMIT)
        except ObjectError as error:
            self.problem(f"commit {oid[:12]}: {error}")
            return None
        commit = _parse_commit(oid, data) if kind == COMMIT else None
        if commit is None:
            self.problem(f"commit {oid[:12]} is damaged")
        return commit

    def finder(self, wanted: Wanted) -> Finder:
        """Return what finds files by their names in the trees of commits; see `trees.Finder`."""
        return Finder(self._objects, wanted, self.problem)

    def files(self, tree: str, wanted: Wanted) -> Iterator[tuple[bytes, str]]:
        """Yield (path, blob) of the wanted files of one tree; for many trees make a `finder`."""
        for file in self.finder(wanted).files(tree):
            if not file.link:
                yield file.path, file.blob

    def read(self, blob: str, most: int) -> bytes | None:
        """Return a file's bytes; None, and a problem, where there is none or more than `most`."""
        try:
            return self._objects.get(blob, most)[1]
        except ObjectError as error:
            self.problem(f"file {blob[:12]}: {error}")
            return None

    def everything(self, most: int) -> Iterator[tuple[str, int, bytes]]:
        """Yield (name, type, bytes) of every object, also of those that nothing reaches any more.

        What cannot be read, and what has more than `most` bytes, is a problem.
        """
        done: set[bytes] = set()
        for oid in self._objects.names():
            if (name := bytes.fromhex(oid)) in done:
                continue
            done.add(name)
            try:
                kind, data = self._objects.get(oid, most)
            except ObjectError as error:
                self.problem(f"object {oid[:12]}: {error}")
            else:
                yield oid, kind, data


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """Open a repository: bare, mirror, clone, linked worktree; also somebody else's.

    Reads nothing of its configuration and runs nothing. What is broken in it becomes a problem
    of the repository, as far as anything else can be read.

    Raises:
        GitError: there is none, or it is of a kind that is not known.
    """
    folder, worktree = _git_folder(path)
    common = _common(folder)
    try:
        for part in (common / "objects", common / "refs"):
            os.scandir(part).close()
        repository = Repository(path, common, worktree, shallow_of(common))
        repository._refs = raw_refs(folder, common, repository.problem)
        if (read_if_there(common / "info" / "grafts", 1 << 20) or b"").strip():
            repository.problem("it has grafts (git replace --convert-graft-file)")
    except OSError as error:
        raise GitError(f"cannot read {path}: {error.strerror or error}") from error
    length = oid_length(repository._refs)
    with Objects(common / "objects", length, repository.problem) as objects:
        repository._objects = objects
        yield repository


def _git_folder(path: Path) -> tuple[Path, Path | None]:
    """Return the Git folder that `path` is or has, and the folder of its checked out files."""
    if not os.path.lexists(path):
        raise GitError(f"no such repository: {path}", f"git clone --mirror URL {path}")
    inside = path / ".git"
    try:
        if inside.is_dir():
            return inside, path
        pointer = read_if_there(inside, 4096)
        if pointer is not None and pointer.startswith(b"gitdir:"):
            target = os.fsdecode(pointer.removeprefix(b"gitdir:").strip())
            if "\0" not in target:
                return Path(os.path.normpath(path / target)), path
        if (path / "HEAD").is_file() and (path / "objects").is_dir():
            return path, path.parent if path.name == ".git" else None
    except OSError as error:
        raise GitError(f"cannot read {path}: {error.strerror or error}") from error
    raise GitError(f"not a Git repository: {path}", f"git clone --mirror URL {path}")


def _common(folder: Path) -> Path:
    """Return the folder that a linked worktree shares with its repository."""
    try:
        text = read_if_there(folder / "commondir", 4096)
    except OSError as error:
        raise GitError(f"cannot read {folder}: {error.strerror or error}") from error
    if text is None or b"\0" in text:
        return folder
    return Path(os.path.normpath(folder / os.fsdecode(text.strip())))


def _is_oid(text: str, length: int) -> bool:
    return len(text) == length and all(char in "0123456789abcdef" for char in text)


def _parse_commit(oid: str, data: bytes) -> Commit | None:
    """Return what the head of a commit says, or None where it says no tree."""
    tree, parents, seconds = "", [], 0
    for line in data.partition(b"\n\n")[0].split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"tree" and not tree:
            tree = value.decode("ascii", "replace")
        elif key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        elif key == b"committer":
            number = value.rpartition(b">")[2].split()[:1]
            seconds = int(number[0]) if number and number[0][:15].isdigit() else 0
            break
    if not all(_is_oid(one, len(oid)) for one in (tree, *parents)):
        return None
    return Commit(oid, tree, tuple(parents), min(seconds, 1 << 53))
