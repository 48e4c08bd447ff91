"""Which blueprints there are: whatever packages name in the entry points ``tutela.blueprints``."""

import difflib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from blueprints.engine.blueprint import Blueprint
from blueprints.errors import ExpectedError
from blueprints.yamltext import quoted

GROUP = "tutela.blueprints"


class UnknownBlueprintError(ExpectedError):
    """There is no blueprint of that name here, or it cannot be used."""

    kind = "unknown blueprint"


def names() -> tuple[str, ...]:
    """The names of all blueprints that are installed, sorted; none of them is loaded."""
    return tuple(sorted(_entries()))


def named(name: str) -> Blueprint:
    """The blueprint of that name; raises :class:`UnknownBlueprintError` where there is none."""
    entries = _entries()
    if name not in entries:
        raise UnknownBlueprintError(
            f"no blueprint is called {quoted(name)}{nearest(name, entries)}",
            "tutela blueprint list",
        )
    try:
        blueprint = entries[name].load()
    except (ImportError, AttributeError) as error:
        raise UnknownBlueprintError(f"cannot load the blueprint {name}: {error}") from error
    if not isinstance(blueprint, Blueprint) or blueprint.name != name:
        raise UnknownBlueprintError(
            f"the entry point {GROUP}:{name} ({entries[name].value}) is no blueprint of that name"
        )
    return blueprint


def nearest(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "x"?``, or which names there are; nothing where there are none."""
    words = sorted(known)
    near = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {quoted(near[0])}?"
    return f"; known: {', '.join(words)}" if words else ""


def _entries() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        other = found.setdefault(entry.name, entry)
        if other.value != entry.value:
            raise UnknownBlueprintError(
                f"two packages have a blueprint {quoted(entry.name)}: {other.value}, {entry.value}"
            )
    return found
