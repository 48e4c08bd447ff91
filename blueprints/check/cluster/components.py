"""Known software: how it is recognised and what it cannot run without.

Read from `policies/checks/components.yaml`. A component is recognised by the end of an image's
repository, whatever registry mirrors it.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from blueprints.check.cluster.shape import labels, mapping, text, texts


@dataclass(frozen=True)
class Component:
    """What is known of one program."""

    name: str
    images: tuple[str, ...]
    """Ends of repository names, such as `milvusdb/milvus`."""
    stateful: bool
    """Keeps state or controls others: not for diskless nodes."""
    args: tuple[str, ...]
    """Patterns that each match some part of the command line, joined by single spaces."""
    flags: frozenset[str] | None
    """Every long flag that it knows; None where they are not listed."""
    env: dict[str, str]
    """Variables that have to be set, with a pattern for the value (of those that are written)."""
    env_prefixes: tuple[str, ...]
    """Variables that begin so are its own: those that are not listed are misspelt."""
    env_known: frozenset[str]
    """Its own variables that it can do without."""
    mounts: tuple[str, ...]
    """Paths at which something has to be mounted for writing."""
    health: tuple[str, ...]
    """Paths that it answers probes on; empty where none are known."""
    ports: tuple[int, ...]
    """Ports that it has to show; empty where they can be chosen."""
    note: str
    """Why, in a few words."""


@cache
def load() -> tuple[Component, ...]:
    """Every component that the policies know."""
    source = files("policies").joinpath("checks/components.yaml")
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    return tuple(_component(name, entry) for name, entry in mapping(data, "components").items())


def _component(name: str, entry: dict[str, Any]) -> Component:
    flags = texts(entry, "flags")
    return Component(
        name=name,
        images=texts(entry, "images"),
        stateful=entry.get("stateful") is True,
        args=texts(entry, "args"),
        flags=frozenset(flags) if flags else None,
        env=labels(entry, "env"),
        env_prefixes=texts(entry, "env_prefixes"),
        env_known=frozenset(texts(entry, "env_known")),
        mounts=texts(entry, "mounts"),
        health=texts(entry, "health"),
        ports=tuple(port for port in entry.get("ports", ()) if isinstance(port, int)),
        note=text(entry, "note"),
    )


_TAG = re.compile(r"(?::[^/:@]+)?(?:@[^@]*)?$")


def repository_of(image: str) -> str:
    """An image's repository without tag and digest."""
    return _TAG.sub("", image)


def component_of(image: str, known: tuple[Component, ...]) -> Component | None:
    """The component that an image holds, if it is a known one."""
    name = repository_of(image)
    for component in known:
        if any(name == end or name.endswith(f"/{end}") for end in component.images):
            return component
    return None
