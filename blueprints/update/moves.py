"""Files that stand under another name than before: said by a migration, or seen."""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from blueprints.engine.blueprint import Blueprint
from blueprints.engine.paths import check_path

ALIKE = 0.8
"""Share of lines that two files have in common to be one file; the next best has clearly less."""
CLEARLY = 0.1
_FEWEST_LINES = 4
_MOST_PAIRS = 4_000_000


def declared(blueprint: Blueprint, since: int, model: Any) -> dict[str, str]:
    """Old path to new path, over all migrations after version `since`, one after the other.

    `model` is the typed specification in the words of the installed version. Raises
    InvalidPathError for a path that leaves the repository.
    """
    whole: dict[str, str] = {}
    for migration in sorted(blueprint.migrations, key=lambda one: one.to):
        if not since < migration.to <= blueprint.version:
            continue
        step = {check_path(move.old): check_path(move.new) for move in migration.moves(model)}
        for old, new in whole.items():
            whole[old] = step.pop(new, new)
        whole |= {old: new for old, new in step.items() if old not in whole}
    return {old: new for old, new in whole.items() if old != new}


def seen(gone: Mapping[str, bytes], came: Mapping[str, bytes]) -> dict[str, str]:
    """Files that are gone to files that came, where there is no doubt that they are the same.

    The same bytes, once on each side; or at least four fifths of the lines, the same suffix, and no
    other file nearly as alike on either side. Symmetric: each file is in one pair at most.
    """
    pairs = _same(gone, came)
    left = {path: content for path, content in gone.items() if path not in pairs}
    found = set(pairs.values())
    rest = {path: content for path, content in came.items() if path not in found}
    if len(left) * len(rest) <= _MOST_PAIRS:
        pairs |= _alike(left, rest)
    return pairs


def _same(gone: Mapping[str, bytes], came: Mapping[str, bytes]) -> dict[str, str]:
    times = Counter(gone.values()), Counter(came.values())
    places = {content: path for path, content in came.items()}
    return {
        path: places[content]
        for path, content in gone.items()
        if content.strip() and times[0][content] == 1 and times[1][content] == 1
    }


def _alike(gone: Mapping[str, bytes], came: Mapping[str, bytes]) -> dict[str, str]:
    old, new = _lines(gone), _lines(came)
    scores = {
        (a, b): score
        for a, lines in old.items()
        for b, others in new.items()
        if PurePosixPath(a).suffix == PurePosixPath(b).suffix
        and (score := _score(lines, others)) >= ALIKE - CLEARLY
    }
    pairs = {}
    for (a, b), score in scores.items():
        rivals = [other for (x, y), other in scores.items() if (x == a) != (y == b)]
        if score >= ALIKE and all(other < score - CLEARLY for other in rivals):
            pairs[a] = b
    return pairs


def _lines(files: Mapping[str, bytes]) -> dict[str, Counter[bytes]]:
    counted = {
        path: Counter(line for line in content.split(b"\n") if line.strip())
        for path, content in files.items()
        if b"\0" not in content
    }
    return {path: lines for path, lines in counted.items() if lines.total() >= _FEWEST_LINES}


def _score(lines: Counter[bytes], others: Counter[bytes]) -> float:
    least, most = sorted((lines.total(), others.total()))
    if 2 * least < (ALIKE - CLEARLY) * (least + most):
        return 0.0
    return 2 * (lines & others).total() / (least + most)


def backwards(moves: Mapping[str, str]) -> dict[str, str]:
    """New path to old path; of two that go to one place neither counts."""
    times = Counter(moves.values())
    return {new: old for old, new in moves.items() if times[new] == 1}
