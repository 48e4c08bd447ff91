"""Classifies fields, and says which of them the provider may not have."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from blueprints.check.secrets import patterns
from tce.canary.search import Canary, search
from tce.visibility import secrets
from tce.visibility.exempt import exemption
from tce.visibility.fields import Field, fields

Reader: TypeAlias = Literal["provider plane", "institution", "public Git"]
"""``institution``: the field names a value that only the institution has; the name is public."""
_SHOWN_KEY = 200


@dataclass(frozen=True, order=True)
class Row:
    """One field, for the table."""

    file: str
    line: int
    field: str
    reader: Reader
    """The widest circle that reads the value that it stands for."""
    plane: str
    why: str
    source: str
    """``specification``: what the program makes of spec.yaml; ``hand``: something else."""


@dataclass(frozen=True, order=True)
class Problem:
    """A field that may not be where it is."""

    file: str
    line: int
    field: str
    message: str
    """Lower case, no full stop; no value."""


@dataclass(frozen=True, order=True)
class Assumed:
    """A field that rests on an assumption."""

    file: str
    line: int
    field: str
    assumption: str
    why: str


@dataclass(frozen=True)
class Judged:
    """All fields of a repository."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    assumed: tuple[Assumed, ...]


def judge(
    files: Mapping[str, bytes],
    fresh: Mapping[str, bytes] | None,
    known: secrets.Known,
    canaries: Sequence[Canary],
    assumptions: frozenset[str],
) -> Judged:
    """Judge every field of `files` (path to content).

    `fresh`: the files as the program renders them from the specification; a field for the provider
    that is not in them comes from somewhere that nobody can name, and is a problem. None: not
    asked.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    assumed: list[Assumed] = []
    for file, content in files.items():
        found = tuple(fields(file, content))
        ours = _ours(file, content, found, fresh)
        problems += _values(file, content, found, canaries)
        for one, own in zip(found, ours, strict=True):
            named = secrets.stands_for(one, known)
            rows.append(_row(one, named, own))
            if one.plane.name != "provider":
                continue
            exempt = exemption(one, assumptions) if named else None
            if exempt is not None:
                assumed.append(Assumed(file, one.line, _shown(one), exempt.assumption, exempt.why))
            elif named:
                problems.append(Problem(file, one.line, _shown(one), f"is made of {named}"))
            elif secrets.computed(one) and not one.file.endswith(".md"):
                message = "is put together later, from what this repository does not say"
                problems.append(Problem(file, one.line, _shown(one), message))
            elif fresh is not None and not own:
                message = "is not what the specification gives: nobody can say what it is made of"
                problems.append(Problem(file, one.line, _shown(one), message))
    return Judged(tuple(rows), tuple(sorted(set(problems))), tuple(sorted(assumed)))


def _row(one: Field, named: str, own: bool) -> Row:
    reader: Reader = "public Git"
    if one.plane.name == "provider":
        reader = "provider plane"
    elif named:
        reader = "institution"
    why = f"names {named}" if reader == "institution" else one.plane.why
    source = "specification" if own else "hand"
    return Row(one.file, one.line, _shown(one), reader, one.plane.name, why, source)


def _shown(one: Field) -> str:
    return one.name[:_SHOWN_KEY]


def _ours(
    file: str, content: bytes, found: Sequence[Field], fresh: Mapping[str, bytes] | None
) -> Iterable[bool]:
    """For each field, whether the program makes it from the specification."""
    own = None if fresh is None else fresh.get(file)
    if own is None:
        return [False] * len(found)
    if own == content:
        return [True] * len(found)
    left: dict[tuple[object, ...], int] = {}
    for one in fields(file, own):
        left[one.key] = left.get(one.key, 0) + 1
    same = []
    for one in found:
        count = left.get(one.key, 0)
        left[one.key] = count - 1
        same.append(count > 0)
    return same


def _values(
    file: str, content: bytes, found: Sequence[Field], canaries: Sequence[Canary]
) -> Iterator[Problem]:
    """Values that are secrets, whatever the field is called and whoever reads it."""
    for hit in patterns.search(content):
        line = content.count(b"\n", 0, hit.start) + 1
        yield Problem(file, line, _at(found, line), f"is {hit.what}, by its form")
    for known in search(content, canaries, lambda _words: None):
        places = [one for one in found if _holds(one, canaries, known.canary)]
        for one in places or [Field(file, 1, "the file", found[0].plane)]:
            yield Problem(file, one.line, _shown(one), f"is the secret {known.canary}")


def _at(found: Sequence[Field], line: int) -> str:
    before = [one for one in found if one.line <= line]
    return _shown(before[-1]) if before else "the file"


def _holds(one: Field, canaries: Sequence[Canary], name: str) -> bool:
    value = str(one.value).encode("utf-8", "surrogatepass")
    return any(hit.canary == name for hit in search(value, canaries, lambda _words: None))
