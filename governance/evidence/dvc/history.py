"""Goes through all refs and all history of a repository and finds every pointer in it.

A pointer is found at the tip of each ref that has it now, and in the history of the first ref of
each kind (branches, tags, ..) that had it once: every content has a holder, and ten thousand
commits with a hundred pointers each are not a million claims.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from blueprints.formats.git.refs import text_of
from blueprints.formats.git.repository import Ref, Repository
from blueprints.formats.git.trees import File
from governance.evidence.dvc.pointers import LOCK, MOST_POINTER, Pointer, read_pointer, wdirs_of
from governance.evidence.dvc.remotes import MOST_CONFIG, Setting, settings_of

PROJECT = "dvc.yaml"
_NAMES = frozenset({LOCK.encode(), PROJECT.encode(), b"Dvcfile"})
_KINDS = ("refs/heads/", "refs/tags/", "refs/remotes/", "refs/stash", "refs/exps/")
_FIRST = ("refs/heads/main", "refs/heads/master")
_EVERY = 1_000
_MOST_PARSED = 4_096


def wanted(folder: bytes, name: bytes) -> bool:
    """Say whether a file is a pointer, or says something about pointers."""
    if folder == b".dvc":
        return name == b"config"
    return name in _NAMES or (name.endswith(b".dvc") and name != b".dvc")


def is_config(path: str) -> bool:
    """Say whether a path that is wanted is a configuration of DVC's."""
    return path == ".dvc/config" or path.endswith("/.dvc/config")


@dataclass(frozen=True, slots=True)
class Found:
    """A pointer file somewhere in the repository."""

    ref: str
    commit: str | None
    """The commit in the ref's history; null at its tip."""
    seconds: int
    path: str
    blob: str
    project: str | None
    """The `dvc.yaml` beside a `dvc.lock`."""


@dataclass(frozen=True, slots=True)
class Tip:
    """A ref and the tree that it stands for."""

    ref: str
    tree: str
    seconds: int


class History:
    """All pointers of one repository: `tips`, then `past`."""

    def __init__(self, repository: Repository, progress: Callable[[str], None]) -> None:
        """Walk the whole history. What cannot be read becomes a problem of the repository."""
        self._repository = repository
        self._finder = repository.finder(wanted)
        self._configs: dict[tuple[str, str], None] = {}
        self._parsed: dict[tuple[str, str, str | None], Pointer] = {}
        self._past: list[Found] = []
        self._tips: list[Tip] = []
        self.commits = 0
        refs = _without_twins(repository.refs())
        for kind in (*_KINDS, ""):
            chosen = [ref for ref in refs if _kind(ref.name) == kind]
            self._walk(sorted(chosen, key=lambda ref: (ref.name not in _FIRST, ref.name)), progress)

    def _walk(self, refs: Iterable[Ref], progress: Callable[[str], None]) -> None:
        seen: set[str] = set()
        walked: set[int] = set()
        told: set[tuple[str, str, str | None]] = set()
        for ref in refs:
            if ref.tree is not None:
                self._tips.append(Tip(ref.name, ref.tree, 0))
                self._note_past(Found(ref.name, None, 0, "", "", None), ref.tree, walked, told)
            if ref.commit is None:
                continue
            tip = self._repository.commit(ref.commit)
            if tip is not None:
                self._tips.append(Tip(ref.name, tip.tree, tip.seconds))
            for commit in self._repository.commits([ref.commit], seen):
                at = Found(ref.name, commit.id, commit.seconds, "", "", None)
                self._note_past(at, commit.tree, walked, told)
                self.commits += 1
                if self.commits % _EVERY == 0:
                    progress(f"{self.commits:,} commits")

    def _note_past(
        self, at: Found, tree: str, walked: set[int], told: set[tuple[str, str, str | None]]
    ) -> None:
        for file in self._pointers(self._finder.fresh(tree, walked)):
            if file not in told:
                told.add(file)
                path, blob, project = file
                self._past.append(replace(at, path=path, blob=blob, project=project))

    def _pointers(self, files: Iterable[File]) -> Iterator[tuple[str, str, str | None]]:
        """Yield (path, blob, blob of the `dvc.yaml` beside it); remember configurations."""
        found: list[tuple[str, str]] = []
        for file in files:
            path = text_of(file.path)
            if file.link:
                self._link(path, file.blob)
            else:
                found.append((path, file.blob))
        projects = {path: blob for path, blob in found if posixpath.basename(path) == PROJECT}
        for path, blob in found:
            folder, name = posixpath.split(path)
            if is_config(path):
                self._configs[(posixpath.dirname(folder), blob)] = None
            elif name == LOCK:
                yield path, blob, projects.get(posixpath.join(folder, PROJECT))
            elif name != PROJECT:
                yield path, blob, None

    def _link(self, path: str, blob: str) -> None:
        """A pointer that is a link is read where it leads, if that is a pointer too."""
        raw = self._repository.read(blob, 4096)
        target = text_of(raw or b"")
        folder, name = posixpath.split(target)
        if raw is not None and (
            posixpath.isabs(target)
            or not wanted(
                posixpath.basename(folder).encode("utf-8", "replace"),
                name.encode("utf-8", "replace"),
            )
        ):
            self._repository.problem(f"{path} is a link to what is no pointer")

    @property
    def tips(self) -> Iterator[Found]:
        """Every pointer at the tip of every ref."""
        for tip in self._tips:
            for path, blob, project in self._pointers(self._finder.files(tip.tree)):
                yield Found(tip.ref, None, tip.seconds, path, blob, project)

    @property
    def past(self) -> Iterator[Found]:
        """Every pointer that there ever was, once for each kind of ref that reaches it."""
        yield from self._past

    def head(self) -> dict[str, str]:
        """Return path and blob of all that is wanted at HEAD."""
        for ref in self._repository.refs():
            if ref.name == "HEAD" and ref.commit is not None:
                tip = self._repository.commit(ref.commit)
                if tip is not None:
                    return {text_of(f.path): f.blob for f in self._finder.files(tip.tree)}
        return {}

    def settings(
        self, home: Callable[[str], str | None]
    ) -> tuple[list[Setting], list[str], list[str]]:
        """Return the remotes and folders of caches that any version of a configuration names.

        `home` tells where the `.dvc` of a folder of the repository is on this disk. The last list
        has the folders that are a DVC project of their own.
        """
        settings: list[Setting] = []
        caches: list[str] = []
        for folder, blob in self._configs:
            raw = self._repository.read(blob, MOST_CONFIG)
            if raw is not None:
                found, dirs = settings_of(raw.decode("utf-8", "replace"), home(folder))
                settings += found
                caches += dirs
        return settings, caches, sorted({folder for folder, _ in self._configs})

    def pointer(self, found: Found) -> Pointer | None:
        """Return what a pointer file says; None, and a problem, where it cannot be read."""
        key = (found.path, found.blob, found.project)
        known = self._parsed.get(key)
        if known is not None:
            return known
        raw = self._repository.read(found.blob, MOST_POINTER)
        if raw is None:
            return None
        pointer = read_pointer(found.path, raw)
        if found.project is not None and any(out.copies for s in pointer.stages for out in s.outs):
            # Only a version-aware remote keeps files by their paths.
            project = self._repository.read(found.project, MOST_POINTER)
            wdirs = wdirs_of(project) if project is not None else {}
            pointer = read_pointer(found.path, raw, wdirs) if wdirs else pointer
        if len(self._parsed) >= _MOST_PARSED:
            self._parsed.clear()
        self._parsed[key] = pointer
        return pointer


def _kind(name: str) -> str:
    return next((kind for kind in _KINDS if name.startswith(kind)), "")


def _without_twins(refs: list[Ref]) -> list[Ref]:
    """Leave out `HEAD` and `refs/remotes/x/HEAD` where another name stands for the same commit."""
    named = {ref.commit for ref in refs if not ref.name.endswith("HEAD")}
    return [
        ref for ref in refs if not (ref.name.rpartition("/")[2] == "HEAD" and ref.commit in named)
    ]
