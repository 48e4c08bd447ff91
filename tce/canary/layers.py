"""Takes bytes apart: what is encoded or compressed in them, layer by layer.

Nothing is asked whether it makes sense: what could be one of the encodings is taken for one. Bytes
may be a file of many gigabytes, mapped into memory; encodings of text are taken off in windows
that overlap, compressed streams wherever they begin.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from tce.canary import texts
from tce.canary.streams import Data, Problem, unpacked

DEEPEST = 6
"""Layers on layers that are taken off."""
MOST_BYTES = 16 << 30
"""Of all layers of one file together."""
WINDOW = 16 << 20
OVERLAP = 1 << 20
"""A run of encoded text longer than this may be cut where two windows meet."""


@dataclass(frozen=True)
class Layer:
    """Bytes, and what was taken off to get at them: the outermost first, none for a file itself."""

    forms: tuple[str, ...]
    data: Data = field(repr=False)


def layers(data: Data, problem: Problem) -> Iterator[Layer]:
    """Yield `data` and everything that is within it, the outer before the inner.

    `problem` is told in words of everything that was left out.
    """
    waiting = [Layer((), data)]
    seen: set[bytes] = set()
    left = MOST_BYTES
    while waiting:
        following: list[Layer] = []
        for layer in waiting:
            yield layer
            for final, name, inner in _within(layer, problem):
                mark = blake2b(inner, digest_size=16).digest()
                if mark in seen:
                    continue
                seen.add(mark)
                left -= len(inner)
                if left < 0:
                    problem(f"what is packed in it has more than {MOST_BYTES >> 30} GiB")
                    return
                found = Layer((*layer.forms, name), inner)
                if final or not inner:
                    yield found
                elif len(found.forms) > DEEPEST:
                    problem(f"packed more than {DEEPEST} times")
                else:
                    following.append(found)
        waiting = following


def _within(layer: Layer, problem: Problem) -> Iterator[tuple[bool, str, Data]]:
    """(nothing more is in it, what was taken off, what was under it)."""
    for name, inner in unpacked(layer.data, problem):
        yield False, name, inner
    # Text before encoded text shifts it; once it was decoded, what is inside begins at a start.
    shifts = texts.SHIFTS if len(layer.forms) < 2 else 1
    for window in _windows(layer.data):
        plain = texts.text(window)
        for name, text in texts.joined(plain):
            yield True, name, text
        for name, text in (*texts.decoded(plain, shifts), *texts.wide(window)):
            if text not in (window, plain):
                yield False, name, text


def _windows(data: Data) -> Iterator[bytes]:
    if len(data) <= WINDOW:
        yield bytes(data)
        return
    for at in range(0, len(data), WINDOW - OVERLAP):
        yield bytes(data[at : at + WINDOW])
