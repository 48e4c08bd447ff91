"""What a blueprint is to the engine: values and pure functions, no files written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from blueprints.engine.drawing import Drawing
from blueprints.parts.refuse import Problem


class Owner(StrEnum):
    """Whose a rendered file is from its first day on."""

    GENERATED = "generated"
    """The tool's: an edit is drift, and `update` merges it or calls it a conflict."""
    SHARED = "shared"
    """Both may edit it: merged on update, no drift."""
    USER = "user"
    """Written once, then the user's alone."""


@dataclass(frozen=True)
class File:
    """One file of a repository."""

    path: str
    """Relative to the repository, with `/`."""
    content: bytes
    owner: Owner = Owner.GENERATED
    executable: bool = False


@dataclass(frozen=True)
class Prose:
    """A folder of the blueprint's `templates/` to be rendered by cookiecutter.

    Only layout and prose: values are one-line texts that were already checked to be plain.
    """

    template: str
    """Name of a folder under `templates/`; in it one folder `{{cookiecutter.folder}}`."""
    into: str
    """Where its content goes, relative to the repository; "" for the top."""
    context: Mapping[str, str] = field(default_factory=dict)
    owner: Owner = Owner.GENERATED
    blocks: Mapping[str, str] = field(default_factory=dict)
    """Generated texts of several lines, by the name of their place; see ``engine/blocks.py``."""


@dataclass(frozen=True)
class Move:
    """A file that a later version of a blueprint keeps under another name."""

    old: str
    new: str


@dataclass(frozen=True)
class Migration:
    """What an update from version `to - 1` to `to` has to know beyond the two renders."""

    to: int
    why: str
    moves: Callable[[Any], Iterable[Move]] = lambda _: ()
    """From the typed specification to the files that move."""
    spec: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data
    """From a specification in the words of version `to - 1` to one in those of `to`."""


@dataclass(frozen=True)
class Asked:
    """What `tutela blueprint reconcile` was asked to do."""

    folder: Path
    """A repository that the blueprint rendered."""
    now: datetime
    export: Path | None = None
    """The portal's answers as a file, instead of the portal."""
    url: str | None = None
    """The portal; None for the one that the specification names."""
    token_file: Path | None = None
    token: str | None = field(default=None, repr=False)
    """From the environment; `token_file` wins."""
    dry_run: bool = False
    git: Path | None = None


@dataclass(frozen=True)
class Portal:
    """Whoever says which entries a specification has: a portal of projects, for one."""

    begin: Callable[[str, Path, datetime], str]
    """From an example's text and an export to a specification that says the same."""
    reconcile: Callable[[Asked], object]
    """Brings a repository to what the portal says now, for review; the command's result."""


@dataclass(frozen=True)
class Field:
    """A field of a rendered file, or all fields that a `*` on its way stands for."""

    file: str
    """Its path, with `*` for any name."""
    at: tuple[str, ...]


@dataclass(frozen=True)
class Copied:
    """One value that a promotion takes from one stage to the next; None: there was none."""

    at: tuple[str, ...]
    """Below :attr:`Promotion.at`."""
    before: str | None
    after: str

    @property
    def name(self) -> str:
        """As `--only` and people call it: ``components.metallb``."""
        return ".".join(self.at)


@dataclass(frozen=True)
class Promotion:
    """How what one stage was tested with goes to the next: by data, and by nothing else."""

    stages: tuple[str, ...]
    """In the order of promotion; a specification may leave some out."""
    at: Callable[[str], tuple[str, ...]]
    """Where in the specification the mapping of a stage stands that is copied."""
    copied: tuple[tuple[str, ...], ...]
    """What is copied of it: texts, `*` for any key."""
    fields: Callable[[str], tuple[Field, ...]]
    """What a stage runs, as rendered: all that may differ after a promotion to it."""
    order: Callable[[str], Any]
    """A key by which versions sort."""
    touched: Callable[[Any, str], Iterable[str]]
    """From the typed specification and a stage to the names of what will change in it."""
    objections: Callable[[Copied], Iterable[str]] = lambda _: ()
    """Why one step must not be done, whatever the user says."""


@dataclass(frozen=True)
class Blueprint:
    """One kind of repository. A module names its own in the entry points `tutela.blueprints`."""

    name: str
    version: int
    """Counts from 1; goes up whenever the same specification renders other bytes."""
    summary: str
    spec: type[BaseModel]
    """`extra="forbid"`; its fields `blueprint` and `version` name this blueprint."""
    folder: Path
    """Holds `templates/`, `examples/`; `examples/<name>.yaml` is what `blueprint spec` prints."""
    documents: Callable[[Any], Iterable[File]]
    """From the typed specification to every file that is not prose. Pure."""
    prose: Callable[[Any], Iterable[Prose]] = lambda _: ()
    migrations: tuple[Migration, ...] = ()
    portal: Portal | None = None
    promotion: Promotion | None = None
    dated: Callable[[Any, date], Iterable[Problem]] = lambda *_: ()
    """What is wrong with a typed specification on a day: what is over; nothing is rendered then."""
    example: str | None = None
    """Another name of the example that `blueprint spec` prints."""
    next: tuple[str, ...] = ("tutela check",)
    """Commands to try on a repository that was just rendered, its folder left out."""
    drawing: Callable[[Any], Drawing] | None = None
    """From the typed specification to what `tutela blueprint show` draws."""
