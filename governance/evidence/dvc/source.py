"""DVC as a source of evidence: who needs which data, over all refs and all history."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from blueprints.formats.git.repository import Repository
from governance.evidence.dvc.contents import StoredContents
from governance.evidence.dvc.history import Found, History, is_config
from governance.evidence.dvc.manifests import Contents, ListError, Manifests, members, tree_class
from governance.evidence.dvc.pointers import Blob, Pointer, read_pointer
from governance.evidence.dvc.remotes import Remotes, settings_of
from governance.evidence.dvc.say import WORKTREE, Sayer
from governance.evidence.dvc.worktree import pointers_in
from governance.evidence.files import path_of
from governance.evidence.gather import Gather
from governance.evidence.git.fetched import fetched
from governance.evidence.git.repository import open_repository
from governance.evidence.source import Asked
from governance.workspace.evidence import DvcEntry

_SHOWN = 20
"""Pointer files that are named one by one where they cannot be understood."""
_EVERY = 10_000


class DvcSource:
    """One Git repository whose pointers need data. See `source.EvidenceSource`."""

    def __init__(self, entry: DvcEntry, base: Path, contents: Contents | None = None) -> None:
        """`contents` reads the lists of folders; by default through the workspace's stores."""
        self._entry = entry
        self._base = base
        self._path = path_of(base, str(Path(entry.repo).expanduser()))
        self._contents = contents

    @property
    def name(self) -> str:
        """Its name among the DVC repositories."""
        return self._entry.known_as

    @property
    def place(self) -> str:
        """The path of the repository."""
        return str(self._path)

    @property
    def writers(self) -> str:
        """Who could have written what it says."""
        return f"whoever may push to {self._path} or write there"

    def read(self, into: Gather, asked: Asked) -> None:
        """Say who needs what.

        Raises:
            EvidenceError: there is no repository, or none that can be read.
            ExtraMissingError: dvc-data is not installed.
        """
        tree_class()
        with open_repository(self._path) as repository:
            heard = fetched(repository.folder)
            into.as_of = min(heard, asked.now) if heard is not None else None
            if self._contents is not None:
                self._read(repository, self._contents, into)
            else:
                with closing(StoredContents(self._base)) as contents:
                    self._read(repository, contents, into)

    def _read(self, repository: Repository, contents: Contents, into: Gather) -> None:
        history = History(repository, into.progress)
        unsaved = list(_unsaved(repository, history))
        remotes, caches, projects = _settings(repository, history, unsaved)
        sayer = Sayer(self._entry, self._path, remotes, projects, into)
        sayer.covers()
        bad: dict[tuple[str, str, str], str] = {}
        for number, found in enumerate(history.tips, 1):
            self._say(sayer, history, found, bad)
            if number % _EVERY == 0:
                into.progress(f"{number:,} pointers at tips")
        for path, raw in unsaved:
            if not _is_config(path):
                pointer = read_pointer(path, raw)
                found = Found(WORKTREE, None, 0, path, "", None)
                _note_bad(bad, found, pointer)
                sayer.pointer(found, pointer)
        for number, found in enumerate(history.past, 1):
            self._say(sayer, history, found, bad)
            if number % _EVERY == 0:
                into.progress(f"{number:,} pointers of the past")
        self._folders(sayer, Manifests(contents, self._base / "cache" / "dvc"), caches, into)
        sayer.around(_first(list(bad.values()), "pointer files"))
        for words in repository.problems:
            into.problem(words)

    def _say(
        self, sayer: Sayer, history: History, found: Found, bad: dict[tuple[str, str, str], str]
    ) -> None:
        pointer = history.pointer(found)
        if pointer is not None:
            _note_bad(bad, found, pointer)
            sayer.pointer(found, pointer)

    def _folders(self, sayer: Sayer, manifests: Manifests, caches: list[str], into: Gather) -> None:
        wanted = [(blob, _places(blob, sayer.remotes, caches)) for blob in sayer.folders]
        missing: list[str] = []
        lost = {name.removesuffix(".dir") for name in self._entry.lost}
        for number, ((blob, _), raw) in enumerate(
            zip(wanted, manifests.read(wanted), strict=True), 1
        ):
            where = sayer.folders[blob]
            try:
                if raw is None and blob.value in lost:
                    into.remark(f"the list of {where} ({blob.value}.dir) is lost, says tutela.yaml")
                elif raw is None:
                    missing.append(
                        f"the list of {where} ({blob.value}.dir) cannot be read;"
                        " where nobody has it any more, name it under `lost`"
                    )
                else:
                    sayer.members(blob, members(blob, raw))
            except ListError as error:
                missing.append(f"the list of {where} ({blob.value}.dir): {error}")
            if number % _EVERY == 0:
                into.progress(f"{number:,} of {len(wanted):,} folders")
        sayer.around(_first(missing, "folders"))


def _note_bad(bad: dict[tuple[str, str, str], str], found: Found, pointer: Pointer) -> None:
    """Remember what a pointer file does not say right, once for all commits that have it."""
    where = found.commit[:7] if found.commit else found.ref
    for words in pointer.problems:
        bad.setdefault((found.path, found.blob, words), f"{where}:{found.path}: {words}")


def _first(words: list[str], what: str) -> list[str]:
    """Return the first of many, and how many others there are."""
    more = len(words) - _SHOWN
    return words[:_SHOWN] + ([f"{more:,} more {what} cannot be read"] if more > 0 else [])


def _is_config(path: str) -> bool:
    return is_config(path.removesuffix(".local"))


def _unsaved(repository: Repository, history: History) -> Iterable[tuple[str, bytes]]:
    """Yield the pointers and configurations of the files on disk that HEAD does not have."""
    if repository.worktree is None:
        return
    saved = history.head()
    for path, raw in pointers_in(repository.worktree, repository.problem):
        if saved.get(path) != repository.name_of(raw):
            yield path, raw


def _settings(
    repository: Repository, history: History, unsaved: list[tuple[str, bytes]]
) -> tuple[Remotes, list[str], list[str]]:
    """Return all remotes, the caches that may be looked into, the folders of DVC projects."""
    worktree = repository.worktree

    def home(folder: str) -> str | None:
        return str(worktree / folder / ".dvc") if worktree is not None else None

    settings, caches, projects = history.settings(home)
    for path, raw in unsaved:
        if _is_config(path):
            folder = path.rpartition(".dvc/")[0].rstrip("/")
            found, dirs = settings_of(raw.decode("utf-8", "replace"), home(folder))
            settings += found
            caches += dirs
            projects.append(folder)
    caches += [f"{where}/cache" for folder in projects if (where := home(folder))]
    return Remotes(settings), caches, sorted(set(projects))


def _places(blob: Blob, remotes: Remotes, caches: list[str]) -> list[str]:
    """Where a folder's list may be: caches first, and either layout, for it is known by digest."""
    tail = f"{blob.value[:2]}/{blob.value[2:]}.dir"
    bases = [f"file://{cache}" for cache in caches if cache.startswith("/")]
    bases += remotes.prefixes()
    places = [f"{base}/{layout}{tail}" for base in bases for layout in ("files/md5/", "")]
    return list(dict.fromkeys([*places, *remotes.places(blob)]))
