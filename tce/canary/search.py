"""Finds values in bytes: as they are, encoded, compressed, and several of these together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tce.canary.forms import Needle, needles
from tce.canary.layers import Layer, layers
from tce.canary.streams import Data, Problem


@dataclass(frozen=True)
class Canary:
    """A value that may be nowhere, under the name it is reported by."""

    name: str
    needles: tuple[Needle, ...] = field(repr=False)


@dataclass(frozen=True)
class Hit:
    """A value that was found. It is not part of this."""

    canary: str
    form: str
    """How it stood there: ``base64 (alignment 1) in gzip``."""


def canary(name: str, *values: bytes) -> Canary:
    """One that is found where any of `values` is: a key's text, the bytes that it stands for."""
    found = {one.text: one for value in reversed(values) for one in reversed(needles(value))}
    return Canary(name, tuple(reversed(found.values())))


def search(data: Data, canaries: Sequence[Canary], problem: Problem) -> Iterator[Hit]:
    """Yield each canary that is in `data`, once, in the plainest form.

    `problem` is told of what could not be searched.
    """
    waiting = list(canaries)
    for layer in layers(data, problem):
        for hit in found_in(layer, waiting):
            waiting = [one for one in waiting if one.name != hit.canary]
            yield hit
        if not waiting:
            return


def found_in(layer: Layer, canaries: Sequence[Canary]) -> Iterator[Hit]:
    """Yield each canary that stands in one layer, once."""
    for one in canaries:
        needle = next((each for each in one.needles if layer.data.find(each.text) >= 0), None)
        if needle is not None:
            yield Hit(one.name, " in ".join((needle.form, *reversed(layer.forms))))
