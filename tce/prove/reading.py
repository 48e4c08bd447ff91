"""Reads devices back; large files in two processes."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from tce.prove.report import Finding
from tce.prove.sources import Source
from tce.read import formats
from tce.space.errors import NotModelledError
from tce.space.filter import Filter

LARGE = 1 << 20
"""Bytes of all files; with more of them a second process is worth what it costs to send back."""


@dataclass(frozen=True)
class Readable:
    """A source that was understood."""

    source: Source
    filters: tuple[Filter, ...]


def read_all(
    sources: Sequence[Source], legs: tuple[str, ...], progress: Callable[[str], None]
) -> list[Readable | Finding]:
    """Each source, or why it is not understood, in order."""
    size = sum(len(one.data or b"") for one in sources)
    if size < LARGE or "fork" not in multiprocessing.get_all_start_methods():
        return [_shown(one, legs, progress) for one in sources]
    here, there = _halves(sources)
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        second = pool.submit(_several, [sources[one] for one in there], legs)
        found = {one: _shown(sources[one], legs, progress) for one in here}
        progress("waiting for the other files")
        found |= dict(zip(there, second.result(), strict=True))
    return [found[one] for one in range(len(sources))]


def read_one(source: Source, legs: tuple[str, ...]) -> Readable | Finding:
    """What it does, or why it is not understood."""
    if source.data is None:
        return Finding(source.name, "parse", source.file, 1, "there is no such file")
    try:
        text = source.data.decode()
    except UnicodeDecodeError as error:
        line = source.data[: error.start].count(b"\n") + 1
        return Finding(source.name, "parse", source.file, line, "not UTF-8")
    try:
        filters = formats.read(source.format, text, source.file, legs)
    except NotModelledError as error:
        return _unread(source, str(error))
    return Readable(source, tuple(replace(one, device=source.name) for one in filters))


def _several(sources: Sequence[Source], legs: tuple[str, ...]) -> list[Readable | Finding]:
    return [read_one(one, legs) for one in sources]


def _shown(
    source: Source, legs: tuple[str, ...], progress: Callable[[str], None]
) -> Readable | Finding:
    progress(f"reading {source.file}")
    return read_one(source, legs)


def _halves(sources: Sequence[Source]) -> tuple[list[int], list[int]]:
    """Places of the sources in two parts of about the same size."""
    sizes = [len(one.data or b"") for one in sources]
    parts: tuple[list[int], list[int]] = ([], [])
    for place in sorted(range(len(sizes)), key=lambda one: -sizes[one]):
        min(parts, key=lambda part: sum(sizes[one] for one in part)).append(place)
    return parts


def _unread(source: Source, message: str) -> Finding:
    """Errors of readers begin with ``file:line:``."""
    line, colon, rest = message.removeprefix(f"{source.file}:").partition(":")
    if not colon or not line.isdigit():
        line, rest = "1", message
    return Finding(source.name, "parse", source.file, int(line), rest.strip())
