"""A repository as rules see it: its files, their YAML documents, and its Kubernetes objects.

What rules use::

    repo.files                         every file that can be read, sorted, relative, with `/`
    repo.exists(path), repo.is_dir(path), repo.under(folder)
    repo.read(path) -> bytes, repo.text(path) -> str
    repo.yaml(path) -> (Yaml, ...)     the documents of a YAML or JSON file
    repo.yaml_files                    those that are parsed (no template of a Helm chart)
    repo.problems(path)                what the parser saw: syntax, duplicate keys, aliases, tags
    repo.objects                       every Kubernetes object, also those rendered from charts
    repo.of_kind("AppProject"), repo.find("Secret", "ns", "name")
    repo.charts                        folders of local Helm charts
    repo.renderings                    each chart rendered: manifests, values, or Helm's error
    repo.written                       the objects without the rendered ones
    repo.settings                      as given to the rule

`workloads.pods(object)` and `workloads.containers(podspec)` find pods in any kind;
`documents.at/mapping/items/text` look into values of any type without failing.
Nothing here runs, follows or loads anything of the repository.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.check import events
from blueprints.check.alternatives import alternatives
from blueprints.check.documents import Object, Yaml, objects_of
from blueprints.check.events import LineTree, Problem
from blueprints.check.tree import LeftOut, Tree, Why, list_tree, read_file
from blueprints.errors import ExpectedError

if TYPE_CHECKING:
    from blueprints.check.charts import Rendering
    from blueprints.check.settings import Settings

MOST_YAML = 8 << 20
"""Bytes of a file that is parsed: the largest custom resource definitions have 2 MB."""
_KEPT_TEXTS = 32
_KEPT_LINES = 64


class Repository:
    """One repository on disk, read when asked. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Lists the files. Raises ExpectedError where there is no such folder."""
        self.folder = folder
        self._tree = self._listed()
        self._left_out = list(self._tree.left_out)
        self._bytes: OrderedDict[str, bytes] = OrderedDict()
        self._lines: OrderedDict[str, tuple[LineTree, ...]] = OrderedDict()
        self._parsed: dict[str, tuple[Yaml, ...]] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self.indexes: dict[str, object] = {}
        """What one rule built over the whole repository, for the others that need it too."""

    def _listed(self) -> Tree:
        try:
            if not self.folder.is_dir():
                raise ExpectedError(f"no such folder: {self.folder}")
            return list_tree(self.folder)
        except OSError as error:
            raise ExpectedError(f"cannot read {self.folder}: {error.strerror}") from error

    def _opened(self, path: str) -> bytes:
        return read_file(self.folder / path)

    @cached_property
    def settings(self) -> "Settings":
        """What the repository says of itself; a run puts its own here. Raises as
        `load_settings`."""
        from blueprints.check.settings import load_settings

        return load_settings(self)

    # Files

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file that rules may read, sorted."""
        return tuple(self._tree.files)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What is there and is not looked at; grows while files turn out to be unreadable."""
        return tuple(self._left_out)

    def exists(self, path: str) -> bool:
        """Whether there is such a file. A path with `..` or a leading `/` names none."""
        return path in self._tree.files

    def is_dir(self, path: str) -> bool:
        """Whether there is such a folder; "" and "." are the repository itself."""
        path = path.strip("/") if path not in (".", "./") else ""
        return not path or path.removeprefix("./") in self._tree.folders

    def is_executable(self, path: str) -> bool:
        """Whether its owner may run it."""
        return path in self._tree.executables

    def size(self, path: str) -> int:
        """Bytes of a file when it was listed."""
        return self._tree.files[path]

    def under(self, folder: str) -> Iterator[str]:
        """Yield the files in a folder and below it, sorted."""
        prefix = folder.strip("/").removeprefix("./")
        prefix = "" if prefix in ("", ".") else f"{prefix}/"
        return (path for path in self.files if path.startswith(prefix))

    def read(self, path: str) -> bytes:
        """The bytes of one of `files`; b"" where it cannot be read, which is then told.

        Raises FileNotFoundError for what is not in `files`.
        """
        if path not in self._tree.files:
            raise FileNotFoundError(path)
        data = self._bytes.get(path)
        if data is None:
            try:
                data = self._opened(path)
            except OSError as error:
                self._leave(path, Why.UNREADABLE, f"cannot be read: {error.strerror or error}")
                data = b""
            self._bytes[path] = data
            while len(self._bytes) > _KEPT_TEXTS:
                self._bytes.popitem(last=False)
        return data

    def text(self, path: str) -> str:
        """A file as UTF-8 text; other bytes become U+FFFD. As `read` otherwise."""
        return self.read(path).decode("utf-8-sig", "replace")

    def _leave(self, path: str, why: Why, message: str) -> None:
        one = LeftOut(path, why, message)
        if one not in self._left_out:
            self._left_out.append(one)

    # YAML

    @cached_property
    def yaml_files(self) -> tuple[str, ...]:
        """The YAML files that are YAML: templates of Helm charts are not."""
        return tuple(
            path
            for path in self.files
            if path.endswith((".yaml", ".yml")) and not self._is_template(path)
        )

    def _is_template(self, path: str) -> bool:
        return any(path.startswith(f"{chart}templates/") for chart in self._chart_prefixes)

    @cached_property
    def _chart_prefixes(self) -> tuple[str, ...]:
        return tuple(f"{chart}/" if chart else "" for chart in self.charts)

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The folders of local Helm charts (those with a `Chart.yaml`), sorted; "" is the top."""
        return tuple(
            path.removesuffix("Chart.yaml").rstrip("/")
            for path in self.files
            if path == "Chart.yaml" or path.endswith("/Chart.yaml")
        )

    def yaml(self, path: str) -> tuple[Yaml, ...]:
        """The documents of a YAML or JSON file, up to the first that cannot be read; see
        `problems`. Raises FileNotFoundError for what is not in `files`."""
        known = self._parsed.get(path)
        if known is None:
            known = self._parse(path)
            self._parsed[path] = known
        return known

    def problems(self, path: str) -> tuple[Problem, ...]:
        """What is wrong or odd in the text of a YAML file, in the order of lines."""
        self.yaml(path)
        return self._problems.get(path, ())

    def _parse(self, path: str) -> tuple[Yaml, ...]:
        if path not in self._tree.files:
            raise FileNotFoundError(path)
        if self.size(path) > MOST_YAML:
            message = f"larger than {MOST_YAML >> 20} MiB, which no YAML file needs"
            self._leave(path, Why.SIZE, message)
            self._problems[path] = (Problem(1, "size", message),)
            return ()
        raw = self.read(path)
        try:
            content = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._problems[path] = (Problem(line, "encoding", "is not UTF-8 text"),)
            return ()
        documents, problems = events.read(content)
        if path.endswith(".json") and any(one.kind == "syntax" for one in problems):
            with suppress(ValueError, RecursionError):
                # JSON writes some characters in a way that YAML does not know.
                return (Yaml(path, json.loads(content), 0, 1),)
        if problems:
            self._problems[path] = tuple(sorted(problems))
        return tuple(
            Yaml(path, document.data, index, document.line, self._lines_of)
            for index, document in enumerate(documents)
        )

    def _lines_of(self, path: str, index: int) -> LineTree:
        """The lines of a document; read again, because few are ever asked for."""
        known = self._lines.get(path)
        if known is None:
            known = events.read_lines(self.text(path))
            self._lines[path] = known
            while len(self._lines) > _KEPT_LINES:
                self._lines.popitem(last=False)
        return known[index] if index < len(known) else (0, {})

    # Objects

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        """Every Kubernetes object, in the order of files and lines; rendered ones last."""
        return (*self.written, *self._rendered())

    @cached_property
    def written(self) -> tuple[Object, ...]:
        """The objects that stand in files."""
        return tuple(self._written())

    def _written(self) -> Iterator[Object]:
        elsewhere = alternatives(self)
        for path in self.yaml_files:
            for document in self.yaml(path) if path not in elsewhere else ():
                yield from objects_of(document)
        for path in self.files:
            if path.endswith(".json") and self._may_be_object(path):
                for document in self.yaml(path):
                    yield from objects_of(document)

    def _may_be_object(self, path: str) -> bool:
        if self.size(path) > MOST_YAML or self._is_template(path):
            return False
        raw = self.read(path)
        return b'"apiVersion"' in raw and b'"kind"' in raw

    @cached_property
    def renderings(self) -> "tuple[Rendering, ...]":
        """Each local chart as ArgoCD would render it, and what went wrong with it."""
        from blueprints.check.charts import render

        return render(self)

    def _rendered(self) -> Iterator[Object]:
        from blueprints.check.charts import objects_in

        for rendering in self.renderings:
            yield from objects_in(rendering)

    @cached_property
    def _kinds(self) -> dict[str, tuple[Object, ...]]:
        found: dict[str, list[Object]] = {}
        for one in self.objects:
            found.setdefault(one.kind, []).append(one)
        return {kind: tuple(several) for kind, several in found.items()}

    def of_kind(self, *kinds: str) -> tuple[Object, ...]:
        """The objects of some kinds, whatever their group."""
        return tuple(one for kind in kinds for one in self._kinds.get(kind, ()))

    @cached_property
    def _named(self) -> dict[tuple[str, str, str], tuple[Object, ...]]:
        found: dict[tuple[str, str, str], list[Object]] = {}
        for one in self.objects:
            found.setdefault((one.kind, one.namespace, one.name), []).append(one)
        return {key: tuple(several) for key, several in found.items()}

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """The first object of a kind with this name; `namespace` is "" for what has none."""
        return next(iter(self._named.get((kind, namespace, name), ())), None)
