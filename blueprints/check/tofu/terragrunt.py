"""Terragrunt's units as a repository declares them: includes, dependencies, inputs, state.

Nothing is run: values come from the files of the repository, and what only a run could tell is
`UNKNOWN`. Source of how files are put together: Terragrunt's reference of blocks and attributes.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from blueprints.check import hcl
from blueprints.check.repository import Repository
from blueprints.check.tofu.functions import TOP, functions, inside
from blueprints.check.tofu.modules import Folder, folders
from blueprints.check.tofu.reader import Attribute, Block, read
from blueprints.check.tofu.values import UNKNOWN, Names, Scope, Unknown, WrongError

UNIT = "terragrunt.hcl"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Wrong:
    """An expression that no run could work out."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Include:
    """One `include` block."""

    name: str
    line: int
    path: Any
    """The file relative to the repository; None where it lies outside, UNKNOWN where only a run
    could tell."""
    exposed: bool
    strategy: str
    """`shallow`, `deep` or `no_merge`."""
    problem: str
    """Why its path cannot be worked out; may be empty."""


@dataclass(frozen=True)
class Dependency:
    """One `dependency` block, or one path of `dependencies`."""

    name: str
    """"" for a path of `dependencies`."""
    file: str
    line: int
    folder: Any
    """Relative to the repository; None where it lies outside, UNKNOWN as above."""
    mocks: Any
    """Its `mock_outputs`."""


@dataclass(frozen=True)
class Input:
    """A value that is given to a variable of the module."""

    file: str
    line: int
    value: Any


@dataclass
class Config:
    """One file as it is read for one unit."""

    repo: Repository
    file: str
    unit: str
    top: Block
    included: str
    """The folder of what the unit includes."""
    parents: dict[str, "Config"] = field(default_factory=dict)
    """What it includes, by name."""
    exposed: set[str] = field(default_factory=set)
    """Includes whose values it may use."""
    wrong: list[Wrong] = field(default_factory=list)

    @cached_property
    def scope(self) -> Scope:
        """The names and functions of its expressions."""
        here = posixpath.dirname(self.file)
        names = {
            "local": Names("local", self._local),
            "include": Names("include", self._include),
            "dependency": UNKNOWN,
        }
        return Scope(names, functions(self.repo, here, self.unit, self.included))

    @cached_property
    def _locals(self) -> dict[str, Attribute]:
        return {one.name: one for block in self.top.of("locals") for one in block.all()}

    @cached_property
    def _worked_out(self) -> dict[str, Any]:
        return {}

    def _local(self, name: str) -> Any:
        known = self._worked_out
        if name not in known:
            if name not in self._locals:
                raise WrongError(f"local.{name} is not there")
            known[name] = UNKNOWN
            try:
                known[name] = self.scope.of(self._locals[name].text)
            except WrongError as error:
                one = Wrong(self.file, self._locals[name].line, f"local {name}: {error}")
                if one not in self.wrong:
                    self.wrong.append(one)
        return known[name]

    def _include(self, name: str) -> Any:
        parent = self.parents.get(name)
        if parent is None:
            return UNKNOWN
        if name not in self.exposed:
            raise WrongError(f"include {name} does not say expose = true")
        return {"locals": Names("locals", parent._local), "inputs": UNKNOWN} | {
            word: UNKNOWN for word in ("remote_state", "terraform", "dependency", "generate")
        }

    def value(self, attribute: Attribute | None) -> Any:
        """What an attribute is worth; what is wrong with it is noted. None: it is not there."""
        if attribute is None:
            return None
        try:
            return self.scope.of(attribute.text)
        except WrongError as error:
            self.wrong.append(Wrong(self.file, attribute.line, f"{attribute.name}: {error}"))
            return UNKNOWN

    def traversals(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield (parts, line) of each ``a.b.c`` in it; none of text that is nested too deep."""
        text = self.repo.text(self.file)
        if not hcl.too_deep(text):
            for piece in hcl.code(text):
                yield from hcl.traversals(piece)

    def all_locals(self) -> None:
        """Work out every local, so that what is wrong with one is noted."""
        for name in self._locals:
            try:
                self._local(name)
            except WrongError:  # pragma: no cover - noted by _local
                continue


@dataclass
class Unit:
    """A folder that Terragrunt runs in."""

    repo: Repository
    config: Config
    includes: tuple[Include, ...]

    @property
    def file(self) -> str:
        """Its `terragrunt.hcl`."""
        return self.config.file

    @property
    def folder(self) -> str:
        """Where it lies; its name in messages."""
        return self.config.unit

    @cached_property
    def configs(self) -> tuple[Config, ...]:
        """Its own file and what is merged into it, the strongest first."""
        merged = [
            self.config.parents[one.name]
            for one in self.includes
            if one.strategy != "no_merge"
            if one.name in self.config.parents
        ]
        return (self.config, *reversed(merged))

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every unit that is to be run before it."""
        return tuple(one for config in self.configs for one in _dependencies(config, self.folder))

    @cached_property
    def source(self) -> tuple[str, int, Any] | None:
        """Where its module is from: file, line, value; None where nothing says it."""
        for config in self.configs:
            for block in config.top.of("terraform"):
                if "source" in block.attributes:
                    one = block.attributes["source"]
                    return config.file, one.line, config.value(one)
        return None

    @cached_property
    def module(self) -> Folder | None:
        """The module of this repository that it runs; None where it is from elsewhere."""
        path: str | None = self.folder
        if self.source is not None:
            path = local_source(self.source[2], self.folder)
        return None if path is None else folders(self.repo).get(path)

    @cached_property
    def inputs(self) -> dict[str, Input] | None:
        """What it gives to the module, by name; None where only a run could tell."""
        found: dict[str, Input] = {}
        for config in reversed(self.configs):
            attribute = config.top.attributes.get("inputs")
            value = config.value(attribute)
            if attribute is None:
                continue
            if not isinstance(value, dict):
                return None
            lines = _lines(config, attribute)
            for name, one in value.items():
                line = lines.get(str(name), attribute.line)
                found[str(name)] = Input(config.file, line, one)
        return found

    @cached_property
    def state(self) -> tuple[Config, Block, dict[str, Any]] | None:
        """Who says where its state is: the file, its block and the settings of the backend."""
        for config in self.configs:
            for block in config.top.of("remote_state"):
                settings = config.value(block.attributes.get("config"))
                return config, block, settings if isinstance(settings, dict) else {}
        return None

    @property
    def wrong(self) -> Iterator[Wrong]:
        """What no run could work out, of everything that was asked for until now."""
        for config in (self.config, *self.config.parents.values()):
            yield from config.wrong


def units(repo: Repository) -> dict[str, Unit]:
    """Every unit by its folder; a `terragrunt.hcl` that others include is none."""
    known = repo.indexes.get(__name__)
    if isinstance(known, dict):
        return known
    tops = _Tops(repo)
    found = {}
    for path in repo.files:
        if posixpath.basename(path) == UNIT and repo.size(path) <= _MOST_BYTES:
            found[posixpath.dirname(path)] = _unit(repo, tops, path)
    included = {
        one.path for unit in found.values() for one in unit.includes if one.path != unit.file
    }
    found = {folder: unit for folder, unit in found.items() if unit.file not in included}
    repo.indexes[__name__] = found
    return found


def local_source(value: Any, folder: str) -> str | None:
    """The folder in the repository that a module's source names, from a unit in ``folder``."""
    if not isinstance(value, str) or not value.startswith((".", TOP)):
        return None
    plain = value.partition("?")[0].replace("//", "/")
    return inside(posixpath.join(TOP, folder, plain))


class _Tops:
    """The structure of every file, read once."""

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._known: dict[str, Block] = {}

    def of(self, path: str) -> Block:
        if path not in self._known:
            self._known[path] = read(self._repo.text(path))
        return self._known[path]


def _unit(repo: Repository, tops: _Tops, path: str) -> Unit:
    folder = posixpath.dirname(path)
    config = Config(repo, path, folder, tops.of(path), folder)
    includes = tuple(_includes(config))
    config.exposed.update(one.name for one in includes if one.exposed)
    for one in includes:
        if isinstance(one.path, str) and repo.exists(one.path):
            config.included = posixpath.dirname(one.path)
            parent = Config(repo, one.path, folder, tops.of(one.path), config.included)
            config.parents[one.name] = parent
    config.__dict__.pop("scope", None)
    return Unit(repo, config, includes)


def _includes(config: Config) -> Iterator[Include]:
    for block in config.top.of("include"):
        path: Any = UNKNOWN
        value: Any = None
        problem = "it has no path"
        if "path" in block.attributes:
            try:
                value, problem = config.scope.of(block.attributes["path"].text), ""
            except WrongError as error:
                problem = str(error)
        if isinstance(value, str):
            path = inside(posixpath.join(TOP, config.unit, value))
        strategy = block.value("merge_strategy")
        yield Include(
            block.labels[0] if block.labels else "",
            block.line,
            path,
            block.value("expose") is True,
            strategy if isinstance(strategy, str) else "shallow",
            problem,
        )


def _dependencies(config: Config, folder: str) -> Iterator[Dependency]:
    for block in config.top.of("dependency"):
        if block.value("enabled") is False:
            continue
        where = config.value(block.attributes.get("config_path"))
        mocks = config.value(block.attributes.get("mock_outputs"))
        name = block.labels[0] if block.labels else ""
        yield Dependency(name, config.file, block.line, _folder(where, folder), mocks)
    for block in config.top.of("dependencies"):
        paths = config.value(block.attributes.get("paths"))
        for one in paths if isinstance(paths, list) else ():
            yield Dependency("", config.file, block.line, _folder(one, folder), None)


def _folder(value: Any, folder: str) -> Any:
    if not isinstance(value, str) or isinstance(value, Unknown):
        return UNKNOWN
    found = inside(posixpath.join(TOP, folder, value))
    if found is not None and posixpath.basename(found) == UNIT:
        return posixpath.dirname(found)
    return found


def _lines(config: Config, attribute: Attribute) -> dict[str, int]:
    """The line of each key that stands at the start of a line of a map."""
    found: dict[str, int] = {}
    for number, line in enumerate(attribute.text.split("\n"), attribute.line):
        key = re.match(r'[ \t{]*"?([A-Za-z_][\w-]*)"?[ \t]*(?:=(?!=)|:)', line)
        if key:
            found.setdefault(key[1], number)
    return found
