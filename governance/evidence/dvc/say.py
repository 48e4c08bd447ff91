"""Turns pointers into claims: a ref needs content, and content lies where remotes have it."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from governance.evidence.claim import Key, Relation, digest
from governance.evidence.dvc.history import Found
from governance.evidence.dvc.manifests import list_of
from governance.evidence.dvc.pointers import Blob, Data, Pointer, Stage
from governance.evidence.dvc.remotes import Remotes
from governance.evidence.gather import Gather
from governance.evidence.schema import moment_of
from governance.workspace.evidence import DvcEntry

ROOT = "dvc.ref"
WORKTREE = "worktree"
"""Stands for a ref where files are meant that nobody committed yet."""
_MOST_PAIRS = 1_000
"""Outs times dependencies of a stage that are claimed pair by pair."""


def node_of(blob: Blob) -> str:
    """Return the node of content."""
    known = digest(blob.algorithm, blob.value)
    return known if known is not None else f"dvc:{blob.algorithm}:{blob.value}"


class Sayer:
    """Says each thing once, however many commits say it."""

    def __init__(
        self,
        entry: DvcEntry,
        path: Path,
        remotes: Remotes,
        projects: Iterable[str],
        into: Gather,
    ) -> None:
        self.remotes = remotes
        self.folders: dict[Blob, str] = {}
        """Folders whose lists have to be read, and how people call each."""
        self._entry = entry
        self._into = into
        name = path.parent.name if path.name == ".git" else path.name
        self._repo = f"repo {name}"
        self._projects = sorted({"", *projects}, key=len, reverse=True)
        self._needed: set[tuple[str, str]] = set()
        self._kept: dict[str, set[str]] = {}
        self._known: set[Blob] = set()
        self._placed: set[tuple[str, str]] = set()
        self._lineage: set[tuple[str, str]] = set()

    def covers(self) -> None:
        """Say which stores have no other users than the registered ones."""
        for prefix in self._entry.owns:
            self._into.claim(
                Relation.COVERS,
                f"dvc:{self._entry.known_as}",
                prefix,
                f"all users of {prefix} are registered, says tutela.yaml",
            )

    def around(self, problems: Iterable[str]) -> None:
        """Say what could not be read: it is about data in this repository's remotes."""
        prefixes = [f"{prefix}/" for prefix in self.remotes.prefixes()]
        within: list[str | None] = list(dict.fromkeys([*prefixes, *self._entry.owns]))
        for words in problems:
            for prefix in within or [None]:
                self._into.problem(words, prefix)

    def pointer(self, found: Found, pointer: Pointer) -> None:
        """Say what one pointer file needs, at one place in the repository."""
        for stage in pointer.stages:
            outs = [_whole(out) for out in stage.outs]
            for out in outs:
                self._content(out, stage)
                for target in self._targets(out, stage):
                    self._need(found, target, _shown(out, stage))
            self._made(outs, [_whole(dep) for dep in stage.deps], stage)

    def members(self, folder: Blob, files: Iterable[tuple[str, Blob]]) -> None:
        """Say which files a folder's list stands for."""
        called = self.folders.get(folder, "a folder")
        holder = node_of(folder)
        for path, blob in files:
            target = node_of(blob)
            if (holder, target) not in self._placed:
                self._placed.add((holder, target))
                self._into.claim(Relation.NAMES, holder, target, f"file {path} of {called}")
            self._places(blob)

    def _need(self, found: Found, target: str, path: str) -> None:
        """Claim once for each tip, and in history only what no tip of its kind has."""
        holder = f"git:{self._entry.known_as}@{found.ref}"
        kind = found.ref.split("/")[1] if found.ref.startswith("refs/") else ""
        kept = self._kept.setdefault(kind, set())
        at_tip = found.commit is None
        if (holder, target) in self._needed if at_tip else target in kept:
            return
        kept.add(target)
        if at_tip:
            self._needed.add((holder, target))
        if found.ref == WORKTREE:
            words = f"files of {self._repo} that are not committed: {path}"
        elif found.commit is None:
            words = f"ref {found.ref} of {self._repo}: {path}"
        else:
            words = f"history of {found.ref} (commit {found.commit[:7]}) of {self._repo}: {path}"
        self._into.claim(
            Relation.NEEDS,
            holder,
            target,
            words,
            root=ROOT,
            root_name=found.ref,
            since=moment_of(found.seconds) if found.seconds else None,
            at=f"{found.commit[:12] if found.commit else found.ref}:{found.path}",
        )

    def _targets(self, out: Data, stage: Stage) -> Iterator[str]:
        """Yield what keeps an out: its content, and the places that only it names."""
        if out.blob is not None:
            yield node_of(out.blob)
        else:
            yield from self._copied(out, stage)
        if "://" in out.path or posixpath.isabs(out.path):
            yield from self.remotes.url(out.path, None)
        if out.blob is None or not out.pushed:
            # It is fetched again from where it came from, so that has to stay.
            for dep in stage.deps:
                if not dep.imported and "://" in dep.path:
                    yield from self.remotes.url(dep.path, None)

    def _content(self, out: Data, stage: Stage) -> None:
        """Say where content lies and what it is; what a folder holds comes later."""
        blob = out.blob
        if blob is None:
            return
        node = node_of(blob)
        if blob not in self._known:
            self._known.add(blob)
            self._into.note(node, Key.LABEL, text=_shown(out, stage))
            self._into.note(node, Key.TYPE, text="dataset")
            self._places(blob)
            if out.files:
                self.folders.pop(blob, None)
                self.members(blob, out.files)
            elif blob.folder:
                self.folders[blob] = _shown(out, stage)
        for place in self._copied(out, stage):
            if (node, place) not in self._placed:
                self._placed.add((node, place))
                versions = ", ".join(sorted({copy.version for copy in out.copies if copy.version}))
                version = f" as version {versions[:80]}" if versions else ""
                words = f"{_shown(out, stage)}{version} in a version-aware remote"
                self._into.claim(Relation.NAMES, node, place, words)

    def _copied(self, out: Data, stage: Stage) -> Iterator[str]:
        """Yield the places of an out in version-aware remotes: it lies there by its path."""
        for remote in sorted({copy.remote for copy in out.copies}):
            key = posixpath.normpath(posixpath.join(stage.folder, out.path))
            for project in self._projects:
                if not project:
                    yield from self.remotes.copies(remote, key)
                elif key.startswith(f"{project}/"):
                    yield from self.remotes.copies(remote, key.removeprefix(f"{project}/"))

    def _places(self, blob: Blob) -> None:
        node = node_of(blob)
        for place in self.remotes.places(blob):
            if (node, place) not in self._placed:
                self._placed.add((node, place))
                words = f"content {blob.value[:8]} in a remote of {self._repo}"
                self._into.claim(Relation.NAMES, node, place, words)

    def _made(self, outs: list[Data], deps: list[Data], stage: Stage) -> None:
        """Say what outs were made from: a lineage, and no reason by itself."""
        made = sorted({node_of(out.blob) for out in outs if out.blob is not None})
        sources = {node_of(dep.blob) for dep in deps if dep.blob and not dep.imported}
        for dep in deps:
            if "://" in dep.path and not dep.imported:
                sources.update(self.remotes.url(dep.path, None))
        words = f"stage {stage.name} of {self._repo}"
        if len(made) * len(sources) > _MOST_PAIRS:
            between = f"git:{self._entry.known_as}@stage/{stage.name}/{made[0]}"
            for target in sorted(sources):
                self._line(between, target, words)
            sources = {between}
        for holder in made:
            for target in sorted(sources):
                self._line(holder, target, words)

    def _line(self, holder: str, target: str, words: str) -> None:
        if holder != target and (holder, target) not in self._lineage:
            self._lineage.add((holder, target))
            self._into.claim(Relation.NEEDS, holder, target, words)


def _whole(data: Data) -> Data:
    """Return data with the content that DVC makes of its files, where those are written out."""
    if data.files and data.blob is None:
        return replace(data, blob=list_of(data.files))
    return data


def _shown(data: Data, stage: Stage) -> str:
    """Return how people call data: its path from the top of the repository."""
    if "://" in data.path:
        return data.path
    return posixpath.normpath(posixpath.join(stage.folder, data.path))
