"""Which files and runs speak to which controls: schema ``tutela/crosswalk/v1``."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from blueprints.errors import ExpectedError
from blueprints.yamlfile import check, load
from tce.evidence.catalogue import FRAMEWORKS, Control, frameworks
from tce.evidence.errors import DeadControlError
from tce.evidence.record import Level

SHIPPED = "policies/controls/crosswalk.yaml"
LARGEST = 1 << 20

Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\n\r\t]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Proof(_Model):
    """A run whose record has to be there."""

    test: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    names: Annotated[list[Line], Field(min_length=1)]
    """Patterns of its single tests: each has to match one that passed, and none that did not."""
    level: Level = "artefact"
    stage: Literal["designed", "running"] = "designed"
    """``running``: what it needs is there only then, such as secrets that are in use."""
    within_days: Annotated[int, Field(ge=1)] | None = None
    """How old its record may be; None: as old as the files are unchanged."""


class Item(_Model):
    """Something that is shown."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]+$")]
    shows: Line
    files: list[Line] = []
    """Patterns of files that it is shown of."""
    proofs: list[Proof] = []
    attest: Line | None = None
    """What a person has to say by name, besides or instead."""
    stage: Literal["designed", "running"] = "designed"
    """``running``: what is attested can only be said of what runs."""
    limits: list[Line] = []
    controls: dict[str, list[str]]

    def cited(self) -> Iterator[Control]:
        """Its controls, in the order of frameworks."""
        for name in FRAMEWORKS:
            for number in self.controls.get(name, ()):
                yield frameworks()[name].controls[number]


class Crosswalk(_Model):
    """All items."""

    schema_: Annotated[Literal["tutela/crosswalk/v1"], Field(alias="schema")]
    items: Annotated[list[Item], Field(min_length=1)]


@cache
def shipped() -> tuple[Item, ...]:
    """Tutela's own. Raises as :func:`crosswalk`."""
    path = files("policies").joinpath("controls", "crosswalk.yaml")
    return crosswalk(path.read_text(encoding="utf-8"), SHIPPED)


def of_file(path: Path) -> tuple[Item, ...]:
    """An institution's own. Raises as :func:`crosswalk`, and ExpectedError for no such file."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST)
    except OSError as error:
        raise ExpectedError(f"cannot read {path}: {error.strerror}") from error
    return crosswalk(raw.decode(errors="replace"), str(path))


def crosswalk(text: str, name: str) -> tuple[Item, ...]:
    """Return the items of a crosswalk.

    Raises:
        InvalidFileError: it is none; file, line and key are named.
        DeadControlError: an item cites a control that there is not, or none; two are called alike;
            an item shows nothing.
    """
    document = load(text, name)
    said = check(Crosswalk, document)
    seen = set[str]()
    for place, item in enumerate(said.items):
        at = document.lines.at("items", place)
        if item.id in seen:
            raise DeadControlError(f"{at}: {item.id} stands here twice")
        seen.add(item.id)
        if not item.proofs and item.attest is None:
            raise DeadControlError(f"{at}: {item.id} is shown by nothing, and attested by nobody")
        _alive(item, at)
    return tuple(said.items)


def _alive(item: Item, at: str) -> None:
    if not any(item.controls.values()):
        raise DeadControlError(f"{at}: {item.id} cites no control")
    for name, numbers in item.controls.items():
        known = frameworks().get(name)
        if known is None:
            raise DeadControlError(
                f"{at}: {item.id}: no framework {name!r}", f"known: {', '.join(FRAMEWORKS)}"
            )
        for number in numbers:
            if number not in known.controls:
                said = repr(number) if number.strip() else "empty number"
                raise DeadControlError(f"{at}: {item.id}: {known.title} has no {said}")
        if len(set(numbers)) != len(numbers):
            raise DeadControlError(f"{at}: {item.id} cites a control of {known.name} twice")
