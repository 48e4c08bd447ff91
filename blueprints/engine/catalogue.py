"""What `tutela blueprint list` and `tutela blueprint spec` show."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprints.display import table
from blueprints.engine import lock, registry
from blueprints.engine.blueprint import Asked, Blueprint
from blueprints.engine.registry import UnknownBlueprintError, nearest
from blueprints.errors import ExpectedError
from blueprints.yamltext import quoted


@dataclass(frozen=True)
class Catalogue:
    """The blueprints that are installed."""

    blueprints: tuple[Blueprint, ...]

    def __str__(self) -> str:
        if not self.blueprints:
            return "no blueprint is installed"
        rows = [(one.name, str(one.version), one.summary) for one in self.blueprints]
        return table(("blueprint", "version", "what it renders"), rows, whole=(0,), right=(1,))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprints/v1``."""
        found = [
            {"name": one.name, "version": one.version, "summary": one.summary}
            for one in self.blueprints
        ]
        return {"schema": "tutela/blueprints/v1", "blueprints": found}


@dataclass(frozen=True)
class Example:
    """A commented specification that renders as it is."""

    blueprint: Blueprint
    text: str

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-spec/v1``."""
        return {
            "schema": "tutela/blueprint-spec/v1",
            "blueprint": self.blueprint.name,
            "version": self.blueprint.version,
            "text": self.text,
        }


def catalogue() -> Catalogue:
    """Every blueprint, by name; raises as :func:`registry.named`."""
    return Catalogue(tuple(registry.named(name) for name in registry.names()))


def begun(name: str, source: Path, now: datetime) -> Example:
    """The example with what an export of a portal says in it, where the blueprint knows one."""
    found = example(name)
    if found.blueprint.portal is None:
        raise ExpectedError(f"the blueprint {name} follows no portal")
    return Example(found.blueprint, found.blueprint.portal.begin(found.text, source, now))


def reconciled(asked: Asked) -> object:
    """What the repository's blueprint makes of what the portal says; raises ExpectedError."""
    locked = lock.read(asked.folder)
    if locked is None:
        raise ExpectedError(f"{asked.folder} has no {lock.NAME}: no blueprint rendered it")
    blueprint = registry.named(locked.blueprint)
    if blueprint.portal is None:
        raise ExpectedError(f"the blueprint {blueprint.name} follows no portal")
    return blueprint.portal.reconcile(asked)


def example(name: str, which: str | None = None) -> Example:
    """An example of one blueprint, its first by itself; raises :class:`UnknownBlueprintError`."""
    blueprint = registry.named(name)
    folder = blueprint.folder / "examples"
    known = sorted(file.stem for file in folder.glob("*.yaml"))
    if which is not None and which not in known:
        raise UnknownBlueprintError(
            f"the blueprint {name} has no example {quoted(which)}{nearest(which, known)}"
        )
    file = folder / f"{which or blueprint.example or name}.yaml"
    try:
        return Example(blueprint, file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnknownBlueprintError(f"the blueprint {name} has lost its example {file}") from error
