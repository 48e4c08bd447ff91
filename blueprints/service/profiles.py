"""Profiles that ship: what is known of a platform, under what a site says of itself."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from blueprints.yamltext import load

_FOLDER = files("blueprints.service") / "profiles"


def names() -> tuple[str, ...]:
    """Every profile, in the order of the alphabet."""
    found = (one.name.partition(".") for one in _FOLDER.iterdir())
    return tuple(sorted(name for name, _, ending in found if ending == "yaml"))


@lru_cache
def profile(name: str) -> Mapping[str, Any]:
    """Facts as a site writes them, some missing; raises KeyError for a name not in :func:`names`.

    Nobody may change what is returned.
    """
    if name not in names():
        raise KeyError(name)
    shown = f"{name}.yaml"
    return MappingProxyType(load((_FOLDER / shown).read_text(encoding="utf-8"), shown).data)


def under(facts: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, and below it the facts: mappings key by key, everything else as a whole."""
    merged = dict(facts)
    for key, value in said.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and key not in _WHOLE:
            merged[key] = under(below, value)
        else:
            merged[key] = value
    return merged


_WHOLE = frozenset(["selector"])
"""Mappings that mean something only together: half a node selector selects other nodes."""
