"""What a check takes for right: `policies/checks/settings.yaml`, the repository's own
`.tutela-check.yaml`, and the file of `--settings`, each key of the latter winning.

A repository judges itself by its own file; what it switches off or suppresses is counted and
shown, and a file given with `--settings` cannot be overruled by it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from blueprints.check.finding import Level
from blueprints.check.repository import Repository
from blueprints.yamlfile import Document, check, load, read

FILE = ".tutela-check.yaml"
OFF = "off"


def _level(value: object) -> object:
    if isinstance(value, str) and value in {str(level) for level in Level}:
        return Level[value.upper()]
    if isinstance(value, Level):
        return value
    raise ValueError("is not one of note, warning, error")


def _level_or_off(value: object) -> object:
    if value in (OFF, False):
        return OFF
    try:
        return _level(value)
    except ValueError:
        raise ValueError("is not one of off, note, warning, error") from None


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, dt.date):
        return value
    raise ValueError("is no date such as 2027-01-31")


def _reason(value: str) -> str:
    if len(value.split()) < 2:
        raise ValueError("is no reason: say in a few words why")
    return value


SomeLevel = Annotated[Level, BeforeValidator(_level)]
LevelOrOff = Annotated[Level | Literal["off"], BeforeValidator(_level_or_off)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Suppression(_Model):
    """Findings that somebody looked at and accepts for a while."""

    rule: str
    file: str = "*"
    """A glob on the whole path; `*` goes through `/`."""
    line: int | None = Field(default=None, ge=0)
    reason: Annotated[str, AfterValidator(_reason)]
    until: Annotated[dt.date, BeforeValidator(_date)]
    """The last day on which it holds."""


class External(_Model):
    """What is in the cluster without being in the repository: names or globs; `namespace/name`
    for what lies in a namespace."""

    namespaces: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    config_maps: tuple[str, ...] = ()
    service_accounts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    persistent_volume_claims: tuple[str, ...] = ()
    storage_classes: tuple[str, ...] = ()
    priority_classes: tuple[str, ...] = ()
    runtime_classes: tuple[str, ...] = ()
    ingress_classes: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    cluster_roles: tuple[str, ...] = ()
    secret_stores: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """`group/Kind` of custom resources that are not to be called unknown."""


class SettingsFile(_Model):
    """One file of settings; what it leaves out is said by the next."""

    version: Literal[1]
    kubernetes: tuple[Annotated[str, Field(pattern=r"^1\.[0-9]{2}$")], ...] | None = None
    fail_on: SomeLevel | None = None
    repositories: dict[str, str] = {}
    registries: tuple[str, ...] | None = None
    licences: tuple[str, ...] | None = None
    levels: dict[str, LevelOrOff] = {}
    suppress: tuple[Suppression, ...] | None = None
    external: External = External()


@dataclass(frozen=True)
class Settings:
    """What rules and the run go by."""

    kubernetes: tuple[str, ...]
    """Versions such as `1.33` whose schemas the objects have to fit."""
    fail_on: Level
    repositories: Mapping[str, str]
    """URL of a Git repository to the folder of this one that has its content; "." for itself."""
    registries: tuple[str, ...]
    """Image registries, or paths in them, that images may come from."""
    licences: tuple[str, ...]
    """SPDX identifiers, globs."""
    levels: Mapping[str, Level | Literal["off"]]
    suppress: tuple[Suppression, ...]
    external: External
    suppress_file: str = FILE
    """The file that the suppressions stand in: where findings about them are."""
    suppress_lines: tuple[int, ...] = ()
    crds: Path | None = None
    """Real custom resource definitions or JSON schemas (`--crds DIR`)."""
    history: bool = True
    """Secrets are looked for in the Git history too."""
    today: dt.date = dt.date.min
    off: Mapping[str, str] = field(default_factory=dict)
    """Rules that are switched off, and the file that says so."""

    def is_external(self, kind: str, name: str) -> bool:
        """Whether an entry of `external`, such as ("secrets", "ns/name"), means this name."""
        globs: tuple[str, ...] = getattr(self.external, kind)
        return any(fnmatchcase(name, glob) for glob in globs)


@dataclass(frozen=True)
class _Said:
    """What one file says, and where its suppressions stand."""

    name: str
    settings: SettingsFile
    lines: tuple[int, ...]


def load_settings(repo: Repository, file: Path | None = None) -> Settings:
    """The settings for a repository; `file` is what was given with `--settings`.

    Raises InvalidFileError naming file and line, and ExpectedError where `file` is not there.
    """
    chain: list[_Said] = []
    if file is not None:
        chain.append(_said(read(file)))
    if repo.exists(FILE):
        chain.append(_said(load(repo.text(FILE), FILE)))
    shipped = files("policies").joinpath("checks/settings.yaml").read_text(encoding="utf-8")
    chain.append(_said(load(shipped, "policies/checks/settings.yaml")))
    return _merged(chain)


def _said(document: Document) -> _Said:
    entries = document.data.get("suppress")
    count = len(entries) if isinstance(entries, list) else 0
    lines = tuple(document.lines.of("suppress", n) for n in range(count))
    return _Said(document.name, check(SettingsFile, document), lines)


def _merged(chain: Sequence[_Said]) -> Settings:
    """The first file that says something about a key wins; mappings are joined key by key."""
    levels: dict[str, Level | Literal["off"]] = {}
    repositories: dict[str, str] = {}
    off: dict[str, str] = {}
    for said in reversed(chain):
        repositories.update(said.settings.repositories)
        for rule, level in said.settings.levels.items():
            levels[rule] = level
            off.pop(rule, None)
            if level == OFF:
                off[rule] = said.name
    suppressing = next((said for said in chain if said.settings.suppress is not None), None)
    return Settings(
        kubernetes=_first(chain, "kubernetes"),
        fail_on=_first(chain, "fail_on"),
        repositories=repositories,
        registries=_first(chain, "registries"),
        licences=_first(chain, "licences"),
        levels=levels,
        suppress=(suppressing.settings.suppress or ()) if suppressing else (),
        external=External.model_validate(
            {
                kind: tuple(
                    name for said in chain for name in getattr(said.settings.external, kind)
                )
                for kind in External.model_fields
            }
        ),
        suppress_file=suppressing.name if suppressing else FILE,
        suppress_lines=suppressing.lines if suppressing else (),
        off=off,
    )


def _first(chain: Sequence[_Said], key: str) -> Any:
    for said in chain:
        value = getattr(said.settings, key)
        if value is not None:
            return value
    raise KeyError(key)  # The shipped file says everything.
