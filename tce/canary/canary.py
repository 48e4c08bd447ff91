"""`tutela tce canary`: known secrets looked for in folders, files and the whole history of Git."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import table, visible
from tce.canary import places
from tce.canary.control import control
from tce.canary.errors import CanaryError
from tce.canary.history import objects
from tce.canary.read import canaries
from tce.canary.search import Canary, Hit, search
from tce.canary.streams import Data, Problem

_SHOWN = 200
_LATEST = 20
"""Of what could not be searched: a file may say the same of each of its parts."""


@dataclass(frozen=True)
class Found:
    """A canary, and where."""

    canary: str
    place: str
    kind: str
    """What it lies in: ``repository``, ``history``, ``state``, ``plan``.."""
    form: str


@dataclass(frozen=True)
class Canaries:
    """What was searched, and what was found."""

    folders: tuple[Path, ...]
    canaries: tuple[str, ...]
    """Names; never values."""
    searched: dict[str, int]
    """What -> how many files, or objects of Git."""
    bytes: int
    found: tuple[Found, ...]
    unread: tuple[tuple[str, str], ...]
    """(place, why it could not be searched)."""
    control: tuple[str, ...]
    """Forms in which a value that was planted in memory was found, before anything else."""

    @property
    def exit_code(self) -> int:
        """3 where one was found, 4 where nothing was but not everything could be searched."""
        return 3 if self.found else 4 if self.unread else 0

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/canaries/v1``."""
        return {
            "schema": "tutela/canaries/v1",
            "folders": [str(one) for one in self.folders],
            "canaries": list(self.canaries),
            "searched": self.searched,
            "bytes": self.bytes,
            "found": [vars(one) for one in self.found],
            "unread": [{"place": place, "reason": reason} for place, reason in self.unread],
            "control": list(self.control),
        }


def look(
    folders: Sequence[Path],
    files: Sequence[Path],
    random: Callable[[int], bytes],
    progress: Callable[[str], None],
) -> Canaries:
    """Look for every value of `files` in all `folders`.

    Raises:
        CanaryError: nothing to look for or to look in; what is planted is not found.
    """
    if not folders:
        raise CanaryError("nothing to look in", "tutela tce canary DIR --canary FILE")
    if not files:
        raise CanaryError("nothing to look for", "tutela tce canary DIR --canary FILE")
    for one in folders:
        if not os.path.lexists(one):
            raise CanaryError(f"{one}: no such file or folder")
    found_in, missed = control(random(32))
    if missed:
        raise CanaryError(f"a planted value is not found in {', '.join(missed)}")
    wanted = canaries(files)
    search_ = _Search(wanted, progress)
    found = tuple(hit for folder in folders for hit in search_.folder(folder))
    names = tuple(one.name for one in wanted)
    counts = dict(sorted(search_.counts.items()))
    return Canaries(
        tuple(folders), names, counts, search_.bytes, found, tuple(search_.unread), found_in
    )


class _Search:
    """One search: what it has seen so far."""

    def __init__(self, wanted: Sequence[Canary], progress: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._progress = progress
        self._git: set[Path] = set()
        self.counts: Counter[str] = Counter()
        self.bytes = 0
        self.unread: list[tuple[str, str]] = []

    def folder(self, folder: Path) -> Iterator[Found]:
        """Search everything in it."""
        for place in places.places(folder):
            self._progress(f"{sum(self.counts.values()):,} searched")
            if isinstance(place, places.Unread):
                self.unread.append((str(place.path), place.reason))
            elif isinstance(place, places.Git):
                yield from self._history(place.path)
            else:
                yield from self._file(place)

    def _file(self, file: places.File) -> Iterator[Found]:
        name, hits = self._name(file.path)
        for hit in hits:
            yield Found(hit.canary, f"a name in {name}", file.kind, hit.form)
        try:
            data = places.read(file)
        except OSError as error:
            self.unread.append((name, error.strerror or str(error)))
            return
        self.counts[file.kind] += 1
        yield from self._data(name, file.kind, data)

    def _name(self, path: Path) -> tuple[str, list[Hit]]:
        """How a path is shown, and what it holds itself: then as the folder that does not."""
        problem = self._problem("a name")
        hits = list(search(os.fsencode(path), self._wanted, problem))
        shown = path
        while hits and any(search(os.fsencode(shown), self._wanted, problem)):
            shown = shown.parent
        return str(shown), hits

    def _history(self, folder: Path) -> Iterator[Found]:
        if folder in self._git:
            return
        self._git.add(folder)
        for one in objects(folder, self._problem(f"{folder}, history")):
            self.counts["history"] += 1
            yield from self._data(f"{folder}, {one.name}", "history", one.data)

    def _data(self, place: str, kind: str, data: Data) -> Iterator[Found]:
        self.bytes += len(data)
        for hit in search(data, self._wanted, self._problem(place)):
            yield _found(hit, place, kind)

    def _problem(self, place: str) -> Problem:
        def problem(words: str) -> None:
            if (place, words) not in self.unread[-_LATEST:]:
                self.unread.append((place, words))

        return problem


def _found(hit: Hit, place: str, kind: str) -> Found:
    return Found(hit.canary, place, kind, hit.form)


def _lines(result: Canaries) -> Iterator[str]:
    searched = ", ".join(f"{count:,} of {kind}" for kind, count in result.searched.items())
    yield visible(f"{', '.join(str(one) for one in result.folders)}: {searched or 'nothing'}")
    yield f"searched in: {result.bytes:,} bytes, and what is encoded or compressed in them"
    yield f"a planted value was found in {len(result.control)} forms: {'; '.join(result.control)}"
    yield visible(f"looked for: {', '.join(result.canaries)}")
    if result.found:
        yield ""
        rows = [(one.canary, one.kind, one.form, one.place) for one in result.found[:_SHOWN]]
        yield table(("canary", "in", "form", "where"), rows)
        if len(result.found) > _SHOWN:
            yield f"and {len(result.found) - _SHOWN:,} more (--json)"
        if any(one.kind == "history" for one in result.found):
            yield "which commits hold a blob: git log --all --find-object=BLOB"
    if result.unread:
        yield ""
        yield table(("not searched", "why"), list(result.unread[:_SHOWN]))
        if len(result.unread) > _SHOWN:
            yield f"and {len(result.unread) - _SHOWN:,} more (--json)"
    yield ""
    yield (
        f"{len(result.found)} found"
        if result.found
        else "none found; not everything was searched"
        if result.unread
        else "none found"
    )
