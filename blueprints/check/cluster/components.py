"""Known software: how it is recognised and what it cannot run without.

Read from `policies/checks/components.yaml`. A component is recognised by the end of an image's
repository, whatever registry mirrors it. Patterns are regular expressions on the whole text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from blueprints.check.cluster.shape import labels, mapping, number, sequence, text, texts


@dataclass(frozen=True)
class Component:
    """What is known of one program."""

    name: str
    """Also the value of `app.kubernetes.io/name`."""
    images: tuple[str, ...]
    """Ends of repository names, such as `milvusdb/milvus`."""
    stateful: bool
    """Keeps state or controls others: not for diskless nodes."""
    alone: bool
    """There must never be two of it on the same data."""
    words: tuple[str, ...]
    """Patterns that each match a word of the command line."""
    other_words: tuple[str, ...]
    """Patterns of words that may be there too; without any, all words are welcome."""
    line: str
    """A pattern for all words, joined by blanks; empty where their order does not matter."""
    stop: int
    """Seconds that it needs to end in order; 0 where none are known."""
    env: Mapping[str, str]
    """Variables that have to be set, each with a pattern for the value that is written or that
    the ConfigMap has, or, after `key `, for the key of the Secret or ConfigMap."""
    other_env: tuple[str, ...]
    """Patterns of variables that may be there too; without any, all are welcome."""
    mounts: tuple[str, ...]
    """Paths at which something has to be mounted."""
    writes: tuple[str, ...]
    """Those of them that it writes to."""
    probes: Mapping[str, str]
    """Probe to a pattern of the path or the command, joined by blanks, that it asks."""
    ports: Mapping[str, int | None]
    """Names of ports that it must show; None where the number can be chosen."""
    listens: tuple[str, ...]
    """Patterns with one group: the port in a word of the command line or a variable's value."""
    secrets: tuple[str, ...]
    """Variables that have to come from a Secret."""
    why: str
    """Where all this is written."""


@cache
def load() -> tuple[Component, ...]:
    """Every component that the policies know."""
    source = files("policies").joinpath("checks/components.yaml")
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    return tuple(_component(name, entry) for name, entry in mapping(data, "components").items())


def _component(name: str, entry: dict[str, Any]) -> Component:
    ports = mapping(entry, "ports")
    return Component(
        name=name,
        images=texts(entry, "images"),
        stateful=entry.get("stateful") is True,
        alone=entry.get("alone") is True,
        words=texts(entry, "words"),
        other_words=texts(entry, "other_words"),
        line=text(entry, "line"),
        stop=number(entry, "stop") or 0,
        env=labels(entry, "env"),
        other_env=texts(entry, "other_env"),
        mounts=texts(entry, "mounts"),
        writes=texts(entry, "writes"),
        probes=labels(entry, "probes"),
        ports={port: number(ports, port) for port in ports},
        listens=texts(entry, "listens"),
        secrets=texts(entry, "secrets"),
        why=text(entry, "why"),
    )


_TAG = re.compile(r"(?::[^/:@]+)?(?:@[^@]*)?$")


def repository_of(image: str) -> str:
    """An image's repository without tag and digest."""
    return _TAG.sub("", image)


@lru_cache(maxsize=1024)
def component_of(image: str) -> Component | None:
    """The component that an image holds, if it is a known one."""
    name = repository_of(image)
    for component in load():
        if any(name == end or name.endswith(f"/{end}") for end in component.images):
            return component
    return None


def command_line(container: dict[str, Any]) -> tuple[str, ...]:
    """The words that a container is started with, the image's own left out."""
    words = (*sequence(container, "command"), *sequence(container, "args"))
    return tuple(word for word in words if isinstance(word, str))
