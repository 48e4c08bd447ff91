"""What `tutela blueprint list` and `tutela blueprint spec` show."""

from dataclasses import dataclass

from blueprints.display import table
from blueprints.engine import registry
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.registry import UnknownBlueprintError


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


def example(name: str) -> Example:
    """The example of one blueprint; raises :class:`UnknownBlueprintError`."""
    blueprint = registry.named(name)
    file = blueprint.folder / "examples" / f"{name}.yaml"
    try:
        return Example(blueprint, file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnknownBlueprintError(f"the blueprint {name} has lost its example {file}") from error
