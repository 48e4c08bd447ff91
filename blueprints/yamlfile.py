"""YAML files as typed values: every mistake is told as ``file:line: what is wrong``.

``parse(Policy, text, "policy.yaml")`` gives the model; ``load`` gives the document with its
``lines``, for callers that name lines themselves, and ``check(Policy, document)`` the model.
"""

import difflib
import re
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from blueprints.errors import ExpectedError
from blueprints.yamltext import (
    MAX_BYTES,
    Document,
    InvalidFileError,
    Lines,
    Path,
    Place,
    Value,
    load,
    path_text,
    quoted,
)

__all__ = [
    "Document",
    "InvalidFileError",
    "Lines",
    "Value",
    "check",
    "load",
    "load_bytes",
    "parse",
    "read",
]

Model = TypeVar("Model", bound=BaseModel)


def read(
    file: FilePath,
    name: str | None = None,
    *,
    empty: bool = False,
    columns: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Document:
    """Read a YAML file of at most ``max_bytes``; ``name`` (default: the path) is used in errors.

    With ``empty``, a file of comments only is an empty mapping; with ``columns``, mistakes are
    told as ``file:line:column``.

    Raises ExpectedError when it cannot be read, :class:`InvalidFileError` when it is not right.
    """
    shown = name or str(file)
    try:
        with file.open("rb") as stream:
            raw = stream.read(max_bytes + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {shown}: {error.strerror}") from error
    return load_bytes(raw, shown, empty=empty, columns=columns, max_bytes=max_bytes)


def load_bytes(
    raw: bytes, name: str, *, empty: bool = False, columns: bool = False, max_bytes: int = MAX_BYTES
) -> Document:
    """As :func:`load`, of text in UTF-8, a byte order mark passed over."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(raw) <= max_bytes:
            before = raw[: error.start].split(b"\n")
            column = f":{len(before[-1].decode(errors='replace')) + 1}" if columns else ""
            at = f"{name}:{len(before)}{column}"
            raise InvalidFileError(f"{at}: is not UTF-8 text") from error
        text = " " * len(raw)  # refused for its size; the cut may have split a character
    return load(text, name, empty=empty, columns=columns, max_bytes=max_bytes)


def parse(model: type[Model], text: str, name: str) -> Model:
    """The typed value of YAML text; raises :class:`InvalidFileError` naming file, line and key."""
    return check(model, load(text, name))


def check(model: type[Model], document: Document) -> Model:
    """The typed value of a document that was read; raises as :func:`parse`."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = _problems(model, document, error.errors(include_url=False))
        raise InvalidFileError(*problems) from None


def _problems(
    model: type[BaseModel], document: Document, details: Sequence[ErrorDetails]
) -> list[str]:
    found: dict[str, Place] = {}
    for detail in details:
        text = _words(model, document, detail)
        loc = (*detail["loc"], *_tag(detail))
        found.setdefault(f"{document.lines.at(*loc)}: {text}", document.lines.place(*loc))
    return sorted(found, key=lambda text: found[text])


def _tag(detail: ErrorDetails) -> Path:
    """The key that tells models apart, where its value is what is wrong."""
    if detail["type"] != "union_tag_invalid":
        return ()
    return (str(detail.get("ctx", {}).get("discriminator", "")).strip("'"),)


def _words(model: type[BaseModel], document: Document, detail: ErrorDetails) -> str:
    # The value itself is never shown: it may be what somebody put in the wrong place.
    path = _known(document.data, detail["loc"])
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        where = path_text(path[:-1])
        inside = f" in {where}" if where else ""
        return f"unknown key {quoted(last)}{inside}{_nearest(last, model, detail['loc'][:-1])}"
    where = path_text((*path, *_tag(detail)))
    if detail["type"] == "union_tag_invalid":
        said = detail.get("ctx", {})
        allowed = re.findall(r"'([^']*)'", str(said.get("expected_tags", "")))
        which = " or ".join(", ".join(map(repr, allowed)).rsplit(", ", 1))
        near = _near(str(said.get("tag", "")), allowed) if document.lines.columns else ""
        return f"{where}: should be {which}{near}"
    if detail["type"] == "union_tag_not_found":
        last = str(detail.get("ctx", {}).get("discriminator", "")).strip("'")
    if detail["type"] in ("missing", "union_tag_not_found"):
        return f"{where + ' ' if where else ''}needs the key {quoted(last)}"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if message[:2].istitle():
        message = message[0].lower() + message[1:]
    if document.lines.columns and detail["type"] in ("literal_error", "enum"):
        message += _nearest_value(detail)
    return f"{where}: {message}" if where else message


def _nearest_value(detail: ErrorDetails) -> str:
    allowed = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    return _near(str(detail["input"]), allowed)


def _near(said: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(said[:80], allowed, n=1, cutoff=0.6)
    return f"; did you mean {quoted(near[0])}?" if near else ""


def _known(data: Value, loc: Sequence[str | int]) -> Path:
    """The parts of ``loc`` that are in the file; pydantic adds names of union branches."""
    path: Path = ()
    here = data
    for part in loc:
        if isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        path = (*path, part)
    return path


def _nearest(wrong: str, model: type[BaseModel], loc: Sequence[str | int]) -> str:
    annotations: list[object] = [model]
    for part in loc:
        inner: list[object] = [
            field.annotation
            for one in _models(annotations)
            for name, field in one.model_fields.items()
            if part in (name, field.alias)
        ]
        annotations = inner or annotations
    names = sorted(
        {
            field.alias or name
            for one in _models(annotations)
            for name, field in one.model_fields.items()
        }
    )
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {quoted(near[0])}?"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def _models(annotations: Iterable[Any]) -> set[type[BaseModel]]:
    """The models that a value with one of these annotations may hold, through list, dict, |."""
    found: set[type[BaseModel]] = set()
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.add(annotation)
        else:
            found |= _models(typing.get_args(annotation))
    return found
