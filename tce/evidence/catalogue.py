"""Controls by number: which there are, in which version, how much each matters, in own words.

Data: ``policies/controls``, one file for each framework, schema ``tutela/controls/v1``. What is not
there cannot be cited: a number that a newer version dropped, or that nobody ever gave, is dead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from blueprints.yamlfile import parse
from tce.evidence.errors import DeadControlError

FRAMEWORKS = ("satre", "nist", "iso27001", "swiss", "gdpr", "cis")
Importance: TypeAlias = Literal["mandatory", "conditional", "recommended", "optional"]
IMPORTANCES: tuple[Importance, ...] = ("mandatory", "conditional", "recommended", "optional")


@dataclass(frozen=True)
class Control:
    """One control."""

    framework: str
    id: str
    words: str
    """Tutela's own; empty: none were written."""
    about: str = ""
    """The group that it stands in."""
    importance: Importance | None = None
    """As its framework says; None: it makes no difference."""

    @property
    def key(self) -> str:
        """``satre:2.8.05``, as attestations name it."""
        return f"{self.framework}:{self.id}"


@dataclass(frozen=True)
class Framework:
    """One of them, in one version."""

    id: str
    name: str
    version: str
    source: str
    controls: Mapping[str, Control]
    whole: bool
    """All of its controls are known here, so that what is not spoken to can be counted."""

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Group(_Model):
    about: str
    mandatory: list[str] = []
    conditional: list[str] = []
    recommended: list[str] = []
    optional: list[str] = []


class _File(_Model):
    schema_: Annotated[Literal["tutela/controls/v1"], Field(alias="schema")]
    id: str
    name: str
    version: str
    source: str
    groups: list[_Group] = []
    ranges: dict[str, int] = {}
    """``"8": 34``: 8.1 to 8.34."""
    words: dict[str, str] = {}


@cache
def frameworks() -> Mapping[str, Framework]:
    """All of them, by id."""
    return {name: framework(_text(name), f"policies/controls/{name}.yaml") for name in FRAMEWORKS}


def framework(text: str, name: str) -> Framework:
    """Return what a file of controls holds.

    Raises:
        InvalidFileError: it is none.
        DeadControlError: there are words about a control that there is not.
    """
    said = parse(_File, text, name)
    found = {one.id: one for one in _controls(said)}
    whole = bool(found)
    for number, words in said.words.items():
        if whole and number not in found:
            raise DeadControlError(f"{name}: {said.name} has no {number}")
        known = found.get(number)
        found[number] = Control(
            said.id,
            number,
            words,
            known.about if known else "",
            known.importance if known else None,
        )
    ordered = {number: found[number] for number in sorted(found, key=_place)} if whole else found
    return Framework(said.id, said.name, said.version, said.source, ordered, whole)


def _place(number: str) -> tuple[int, ...]:
    """8.9 before 8.10."""
    return tuple(int(part) for part in number.split("."))


def _controls(said: _File) -> Iterator[Control]:
    for group in said.groups:
        for importance in IMPORTANCES:
            for number in getattr(group, importance):
                yield Control(said.id, number, "", group.about, importance)
    for chapter, last in said.ranges.items():
        for number in range(1, last + 1):
            yield Control(said.id, f"{chapter}.{number}", "")


def _text(name: str) -> str:
    return files("policies").joinpath("controls", f"{name}.yaml").read_text(encoding="utf-8")
