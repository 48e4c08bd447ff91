"""A licence that is not allowed, or that is none.

Looks at `SPDX-License-Identifier` in the first lines of text files, at licences that charts
(`Chart.yaml`), packages (`pyproject.toml`, `package.json`) and images name, and at labels and
annotations whose key ends in `license` or `licence` (models carry theirs there). Each has to be an
SPDX expression of licences in `licences` of the settings; of `A OR B` one is enough.

What is used against its licence has to go one day, with everything built on it. Replace the part,
or have the licence looked at and add it to the settings.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from blueprints.check.documents import at, mapping, text
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.workloads import pods
from blueprints.display import visible

ID = "licence"
LEVEL = Level.ERROR

_HEADER = re.compile(rb"SPDX-License-Identifier:[ \t]*([^\n\r]+)")
_KEY = re.compile(r"(?:.*[./_-])?licen[cs]es?", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_HEAD_BYTES = 2048
_MOST_BYTES = 1 << 20


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each place that names such a licence."""
    for path in repo.files:
        if repo.size(path) <= _MOST_BYTES:
            for line, expression in _in_file(repo, path):
                yield from _judge(path, line, expression, settings)
    for obj in repo.objects:
        for where in (("metadata",), *((*path[:-1], "metadata") for _, path, _ in pods(obj))):
            for key in ("labels", "annotations"):
                for name, expression in mapping(obj.data, *where, key).items():
                    if _KEY.fullmatch(name) and isinstance(expression, str):
                        line = obj.line_of(*where, key, name)
                        yield from _judge(obj.file, line, expression, settings)


def _in_file(repo: Repository, path: str) -> Iterator[tuple[int, str]]:
    name = path.rpartition("/")[2]
    if name == "Chart.yaml":
        for document in repo.yaml(path):
            for key, value in mapping(document.data, "annotations").items():
                if _KEY.fullmatch(key) and isinstance(value, str):
                    yield document.line_of("annotations", key), value
    elif name == "pyproject.toml":
        yield from _of_package(_toml(repo.text(path)), "project", "license")
    elif name == "package.json":
        yield from _of_package(_json(repo.text(path)), "license")
    elif not name.endswith((".md", ".rst")):
        # Prose may speak of headers without being under them.
        head = repo.read(path)[:_HEAD_BYTES]
        for found in _HEADER.finditer(head):
            expression = found[1].decode("utf-8", "replace")
            expression = re.sub(r"\s*(\*/|-->|#\}|\"\"\")\s*$", "", expression)
            yield head.count(b"\n", 0, found.start()) + 1, expression.strip()


def _of_package(data: Any, *path: str) -> Iterator[tuple[int, str]]:
    value = at(data, *path)
    expression = value if isinstance(value, str) else text(value, "text")
    if expression and "\n" not in expression:
        yield 0, expression


def _toml(content: str) -> Any:
    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None  # told by toml-syntax


def _json(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None  # told by json-syntax


def _judge(path: str, line: int, expression: str, settings: Settings) -> Iterator[Finding]:
    if len(expression) > 200 or not allowed(expression, settings.licences):
        hint = "use something else, or add the licence to licences in .tutela-check.yaml"
        message = f"licence {expression[:200]} is not allowed"
        yield Finding(path, line, ID, visible(message), LEVEL, hint)


def allowed(expression: str, licences: tuple[str, ...]) -> bool:
    """Whether an SPDX expression can be met with these licences (globs); what is none cannot."""
    words = re.findall(r"\(|\)|[^\s()]+", expression)
    try:
        met, rest = _or(words, licences)
    except (IndexError, ValueError):
        return False
    return met and not rest


def _or(words: list[str], licences: tuple[str, ...]) -> tuple[bool, list[str]]:
    met, rest = _and(words, licences)
    while rest and rest[0].upper() == "OR":
        other, rest = _and(rest[1:], licences)
        met = met or other
    return met, rest


def _and(words: list[str], licences: tuple[str, ...]) -> tuple[bool, list[str]]:
    met, rest = _one(words, licences)
    while rest and rest[0].upper() == "AND":
        other, rest = _one(rest[1:], licences)
        met = met and other
    return met, rest


def _one(words: list[str], licences: tuple[str, ...]) -> tuple[bool, list[str]]:
    if words[0] == "(":
        met, rest = _or(words[1:], licences)
        if rest[0] != ")":
            raise ValueError(rest[0])
        return met, rest[1:]
    name, rest = words[0], words[1:]
    if not _WORD.fullmatch(name):
        raise ValueError(name)
    if rest and rest[0].upper() == "WITH":
        # An exception permits more than the licence does.
        rest = rest[2:]
    return any(fnmatchcase(name.lower(), one.lower()) for one in licences), rest
