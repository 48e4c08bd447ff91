"""A name that stands once and differs by one letter from one that stands often.

Looks at keys and one-word values of YAML documents, at words of files inside ConfigMaps, and at
names in HCL, of six letters or more. Numbers, plurals and other endings, the last part of a name
that is shorter than four letters, and a letter in a plain word that no hand takes for the other
(`protect` and `project`) are no slips.

A blueprint's `spec.yaml` is left out: its blueprint knows every key that may be in it.

Most systems take a label, an annotation or a key that they do not know without a word, so a slip
of the pen is found by whoever wonders why nothing happens.

Write it as everywhere else; where both are meant, suppress the finding with that as the reason.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "near-miss"
LEVEL = Level.WARNING

_OFTEN = 3
"""What stands so often is meant so."""
_SPECIFICATION = "spec.yaml"
_SHORTEST = 6
_LONGEST = 80
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*[A-Za-z0-9]")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SAME = ({"yaml", "yml"}, {"http", "https"})
"""Parts of names that are both right."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every slip."""
    counted: Counter[str] = Counter()
    for path in repo.files:
        counted.update(_names(repo, path))
    slips = dict(_slips(counted))
    if not slips:
        return
    for path in repo.files:
        if path == _SPECIFICATION:
            continue
        for name in sorted(slips.keys() & set(_names(repo, path))):
            right = slips[name]
            message = f"{name!r} stands here only, and {right!r} in {counted[right]} places"
            yield Finding(
                path, _line(repo.text(path), name), ID, message, LEVEL, f"did you mean {right}?"
            )


def _line(text: str, name: str) -> int:
    at = text.find(name)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def _names(repo: Repository, path: str) -> Iterator[str]:
    if path in _yaml_files(repo):
        for document in repo.yaml(path):
            yield from _in_value(document.data)
    elif path.endswith((".tf", ".tofu", ".hcl", ".tfvars")):
        yield from _words(repo.text(path))


def _yaml_files(repo: Repository) -> frozenset[str]:
    known = repo.indexes.get("near-miss")
    if not isinstance(known, frozenset):
        known = frozenset(repo.yaml_files)
        repo.indexes["near-miss"] = known
    return known


def _in_value(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for key in one:
                if _SHORTEST <= len(key) <= _LONGEST:
                    yield key
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, str) and len(one) >= _SHORTEST:
            if "\n" in one:
                yield from _words(one)
            elif len(one) <= _LONGEST and " " not in one:
                yield one


def _words(text: str) -> Iterator[str]:
    return (word for word in _WORD.findall(text) if _SHORTEST <= len(word) <= _LONGEST)


def _slips(counted: Counter[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a name that stands once and the frequent one that it was to be."""
    shorter: dict[str, list[str]] = {}
    for name, number in counted.items():
        if number >= _OFTEN:
            for one in _with_one_letter_less(name):
                shorter.setdefault(one, []).append(name)
    for name, number in counted.items():
        if number > 1:
            continue
        near = {
            right
            for one in _with_one_letter_less(name)
            for right in shorter.get(one, ())
            if right != name and _is_slip(name, right)
        }
        if near:
            yield name, max(near, key=lambda right: (counted[right], right))


def _with_one_letter_less(name: str) -> set[str]:
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def _is_slip(name: str, right: str) -> bool:
    """Whether two names differ by one letter that a hand may have missed."""
    start = 0
    while start < min(len(name), len(right)) and name[start] == right[start]:
        start += 1
    one, other = name[start:], right[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    swapped = len(one) == 2 and one == other[::-1]
    if max(len(one), len(other)) > 1 and not swapped:
        return False
    end = start + max(len(one), len(other))
    if any(not letter.isalpha() for letter in one + other) or end >= max(len(name), len(right)):
        return False
    if start == 0 and one.lower() == other.lower():
        return False
    if name.isalpha() and name.islower() and len(one) == len(other) == 1 and not _near(one, other):
        return False
    return not _both_right(name, right, start)


def _near(one: str, other: str) -> bool:
    """Whether a letter may be hit or heard for another: neighbours on a keyboard, and vowels."""
    if {one, other} <= set("aeiouy"):
        return True
    where = {letter: (x, y) for y, row in enumerate(_KEYBOARD) for x, letter in enumerate(row)}
    if one not in where or other not in where:
        return False
    (a, b), (c, d) = where[one], where[other]
    return abs(a - c) <= 1 and abs(b - d) <= 1


def _both_right(name: str, right: str, at: int) -> bool:
    mine, theirs = (re.split(r"[^A-Za-z]", text) for text in (name, right))
    differing = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    if len(mine) != len(theirs) or not differing:
        return False
    short, other = differing[0]
    if set(differing[0]) in _SAME or {short + "s", short + "es"} & {other, other + "s"}:
        return True
    if {short, other} & {one + end for one in differing[0] for end in ("s", "es", "d", "r")}:
        return True
    return max(len(short), len(other)) < 4
