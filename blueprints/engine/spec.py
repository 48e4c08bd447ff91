"""From a file to a typed specification; mistakes are ``file:line:column: what is wrong``."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from pydantic import BaseModel

from blueprints import yamlfile
from blueprints.engine import registry
from blueprints.engine.blueprint import Blueprint
from blueprints.errors import ExpectedError
from blueprints.yamlfile import Document, InvalidFileError, Value
from blueprints.yamltext import path_text, quoted

MAX_BYTES = 8 * 1024 * 1024
"""A specification of ten thousand projects is about as large."""

Digest = NewType("Digest", str)
"""SHA-256, in hexadecimal."""


def digest(content: bytes) -> Digest:
    """The digest by which a lock knows a content."""
    return Digest(hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Loaded:
    """A specification that is right."""

    blueprint: Blueprint
    model: BaseModel
    """The typed value that the blueprint renders."""
    data: dict[str, Value]
    """What the file says, in the words of the blueprint as it is installed."""
    text: bytes
    """The file, byte for byte."""

    @property
    def digest(self) -> Digest:
        """Of the file as it is."""
        return digest(self.text)


def load(file: Path, blueprint: Blueprint | None = None) -> Loaded:
    """Read a specification; its key ``blueprint`` says which one it is for.

    One in the words of an earlier version of the blueprint is carried over by the migrations.
    ``blueprint`` stands in for the one that is installed under its name. Raises ExpectedError
    where the file cannot be read, :class:`InvalidFileError` for what is wrong in it.
    """
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):
            raise ExpectedError(f"{file} is no file")  # a pipe would keep us waiting
        with file.open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {file}: {error.strerror}") from error
    return parse(text, str(file), blueprint)


def parse(text: bytes, name: str, blueprint: Blueprint | None = None) -> Loaded:
    """As :func:`load`, of a file's bytes; errors call it ``name``."""
    document = yamlfile.load_bytes(text, name, columns=True, max_bytes=MAX_BYTES)
    used = _named(document, blueprint)
    current = _carried_over(document, used)
    return Loaded(used, yamlfile.check(used.spec, current), current.data, text)


def on_day(loaded: Loaded, name: str, today: dt.date) -> None:
    """Raise :class:`InvalidFileError` for what is wrong today in a file that is right in itself."""
    problems = list(loaded.blueprint.dated(loaded.model, today))
    if problems:
        document = yamlfile.load_bytes(loaded.text, name, columns=True, max_bytes=MAX_BYTES)
        raise InvalidFileError(
            *(f"{document.lines.at(*at)}: {path_text(at)}: {text}" for at, text in problems)
        )


def _named(document: Document, given: Blueprint | None) -> Blueprint:
    said = document.data.get("blueprint")
    at = document.lines.at("blueprint")
    known = registry.names() if given is None else (given.name,)
    if said is None:
        raise InvalidFileError(f'{at}: needs the key "blueprint"{registry.nearest("", known)}')
    if not isinstance(said, str) or said not in known:
        what = quoted(said) if isinstance(said, str) else "of that kind"
        near = registry.nearest(said if isinstance(said, str) else "", known)
        raise InvalidFileError(f"{at}: blueprint: there is none called {what}{near}")
    return given or registry.named(said)


def _carried_over(document: Document, blueprint: Blueprint) -> Document:
    version = document.data.get("version")
    if type(version) is not int or not 0 < version != blueprint.version:
        return document  # right, or wrong in a way that the model tells
    if version > blueprint.version:
        raise InvalidFileError(
            f"{document.lines.at('version')}: version: {version} of the blueprint"
            f" {blueprint.name} is newer than what is installed, {blueprint.version}",
            hints=("pip install --upgrade tutela",),
        )
    data = document.data
    for migration in sorted(blueprint.migrations, key=lambda one: one.to):
        if migration.to > version:
            data = migration.spec(data)
    data = {**data, "version": blueprint.version}
    return Document(document.name, data, document.lines)
