"""What one file says of models: values that stand where a model is named, still as text."""

from collections.abc import Iterator
from dataclasses import dataclass

from governance.evidence.serving.commands import Told
from governance.evidence.serving.keys import Sort


@dataclass(frozen=True)
class Thing:
    """A Kubernetes object; empty texts for a values file or a script."""

    kind: str = ""
    namespace: str = ""
    name: str = ""


@dataclass(frozen=True)
class Mention:
    """One value where a model is named."""

    value: str
    """Raw, with its placeholders."""
    key: str
    line: int
    thing: Thing
    sort: Sort
    alone: bool
    """A name without an owner (`gpt2`) can be meant."""


@dataclass(frozen=True)
class Gap:
    """What cannot be known from this file."""

    words: str
    line: int


@dataclass(frozen=True)
class Hint:
    """What is odd, or is asked of somebody else."""

    words: str
    line: int


Said = Mention | Gap | Hint


def told(found: Iterator[Told], line: int, thing: Thing) -> Iterator[Mention]:
    """Yield what commands name, as mentions."""
    for one in found:
        yield Mention(one.value, one.key, line, thing, one.sort, one.alone)
