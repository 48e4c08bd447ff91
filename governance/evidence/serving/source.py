"""Asks a Git repository which models it deploys."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from blueprints.formats.git.refs import text_of
from blueprints.formats.git.repository import Ref, Repository
from governance.evidence.claim import Key, Relation
from governance.evidence.errors import EvidenceError
from governance.evidence.files import path_of, set_as_of
from governance.evidence.gather import Gather
from governance.evidence.git.chosen import chosen
from governance.evidence.git.fetched import fetched
from governance.evidence.git.repository import open_repository
from governance.evidence.serving.keys import Sort
from governance.evidence.serving.mentions import Gap, Hint, Mention, Thing
from governance.evidence.serving.names import Names
from governance.evidence.serving.onefile import MOST_BYTES, OneFile, is_read, read_file
from governance.evidence.serving.values import PLACEHOLDER, meanings
from governance.evidence.source import Asked
from governance.workspace.evidence import ServingEntry

ROOT = "serving.active"
MOST_CLAIMS = 1_000_000


@dataclass(frozen=True)
class _File:
    path: str
    blob: str


class ServingSource:
    """The models that a repository names at the tips of its branches and tags.

    Read: YAML and JSON (also templates of Helm and Jinja, not rendered), scripts, and programs'
    text; not prose. A key, variable, option or command that names a model names it, in whatever
    object it stands. A placeholder is filled in with every value that the same commit sets for
    it. A model whose place stays open is a problem in a manifest; in a script only a remark,
    for what it is given when it runs, the job list shows.

    Limits. What a chart from elsewhere, a remote base, a submodule or the cluster itself adds is
    not seen; Argo CD applications that deploy other repositories are remarked.
    """

    def __init__(self, entry: ServingEntry, base: Path) -> None:
        self._path = path_of(base, entry.repo)
        self._entry = entry
        self.name = entry.known_as
        self.place = str(self._path)
        self.writers = f"whoever may push to {self._path}"

    def read(self, into: Gather, asked: Asked) -> None:
        """Claim every model that is named. Raises EvidenceError where nothing can be read."""
        with open_repository(self._path) as repository:
            refs = chosen(repository.refs(), self._entry.refs)
            if not refs:
                raise EvidenceError(
                    f"{self._path} has no refs like {', '.join(self._entry.refs)}",
                    f"git -C {self._path} for-each-ref",
                )
            set_as_of(into, fetched(repository.folder) or asked.now, asked.now)
            reader = _Reader(repository, self.name, self._entry.paths, into)
            for ref in refs:
                into.progress(text_of(ref.name.encode("utf-8", "surrogateescape")))
                reader.read(ref)
            for words in repository.problems:
                into.problem(words)


class _Reader:
    """Reads the tips of one repository; each file once, however many tips have it."""

    def __init__(
        self, repository: Repository, name: str, paths: tuple[str, ...], into: Gather
    ) -> None:
        self._repository = repository
        self._name = name
        self._repo = repository.path.name
        self._paths = paths
        self._into = into
        self._finder = repository.finder(
            lambda _, name: is_read(text_of(name)) or name == b".gitmodules"
        )
        self._files: dict[_File, OneFile] = {}
        self._names: dict[str, Names] = {}
        self._told: set[str] = set()
        self._labelled: set[str] = set()
        self._trees: dict[str, list[_File]] = {}
        self._claimed: set[tuple[str, str, str]] = set()

    def read(self, ref: Ref) -> None:
        tree = ref.tree
        if ref.commit is not None:
            tip = next(iter(self._repository.commits([ref.commit], set())), None)
            tree = tip.tree if tip else None
        if tree is None:
            return
        files = self._trees.get(tree)
        if files is None:
            files = self._trees[tree] = list(self._listed(tree))
        names: Names | None = None
        for file in files:
            one = self._one(file)
            for said in one.said:
                if isinstance(said, Gap):
                    self._problem(f"{ref.name}:{file.path}:{said.line}: {said.words}")
                elif isinstance(said, Hint):
                    self._remark(f"{file.path}: {said.words}")
                elif PLACEHOLDER.search(said.value):
                    names = names or Names.merged(map(self._sets, files))
                    self._open(said, names, ref, file, one)
                else:
                    self._claim(said, said.value, ref, file)

    def _listed(self, tree: str) -> Iterator[_File]:
        for found in self._finder.files(tree):
            path = text_of(found.path)
            if path == ".gitmodules":
                self._remark("it has submodules: each is a source of its own")
            elif not found.link and any(fnmatchcase(path, glob) for glob in self._paths):
                yield _File(path, found.blob)

    def _one(self, file: _File) -> OneFile:
        known = self._files.get(file)
        if known is None:
            data = self._repository.read(file.blob, MOST_BYTES)
            known = read_file(file.path, data) if data is not None else OneFile((), script=False)
            self._files[file] = known
        return known

    def _sets(self, file: _File) -> Names:
        """What a file sets; asked for only where something is left open."""
        known = self._names.get(file.blob)
        if known is None:
            data = self._repository.read(file.blob, MOST_BYTES) or b""
            known = self._names[file.blob] = Names.of(data.decode("utf-8", "replace"))
        return known

    def _open(self, said: Mention, names: Names, ref: Ref, file: _File, one: OneFile) -> None:
        """Claim what a value with placeholders can be, or say that nobody can know."""
        found = names.resolve(said.value)
        for value in found.values:
            self._claim(said, value, ref, file)
        if found.known or said.sort is Sort.ALIAS:
            return
        words = f"{said.key} is {said.value[:200]}, which nothing in the repository sets"
        # What lies in hidden folders (`.github/`) runs somewhere else and is no deployment.
        if one.script or file.path.startswith("."):
            self._remark(f"{file.path}: {words}")
        else:
            self._problem(f"{ref.name}:{file.path}:{said.line}: {words}")

    def _claim(self, said: Mention, value: str, ref: Ref, file: _File) -> None:
        for meaning in meanings(value, alone=said.alone):
            if meaning.node is None:
                self._remark(f"{file.path}: {said.key} is {value[:200]}, outside of the stores")
                continue
            if len(self._claimed) >= MOST_CLAIMS:
                self._problem("it names more models than are read")
                return
            holder = f"serving:{self._name}/{file.path}{_fragment(said.thing)}"
            if (ref.name, holder, meaning.node) in self._claimed:
                continue
            self._claimed.add((ref.name, holder, meaning.node))
            label = _label(said.thing, file.path)
            if holder not in self._labelled:
                self._labelled.add(holder)
                self._into.note(holder, Key.TYPE, text="deployment")
                self._into.note(holder, Key.LABEL, text=f"{label} in {self._repo}")
            where = f": {file.path}" if said.thing.kind else ""
            self._into.claim(
                Relation.NEEDS,
                holder,
                meaning.node,
                f"{label} in {self._repo} {ref.name}{where}",
                root=ROOT,
                root_name=ref.name,
                at=f"{ref.name}:{file.path}:{said.line}",
            )

    def _problem(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self._into.problem(words)

    def _remark(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self._into.remark(words)


def _fragment(thing: Thing) -> str:
    return f"#{thing.kind}/{thing.namespace}/{thing.name}" if thing.kind else ""


def _label(thing: Thing, path: str) -> str:
    return f"{thing.kind} {thing.name}".strip() if thing.kind else path
