"""``.tutela-base/``: every file as it was rendered, so that an update needs nothing but the tool.

Packed as JSON Lines, one file of lines for each folder of the second level: a change in one
project touches that project's lines only, Git keeps them as differences, and no tool that walks
the repository (ArgoCD, yamllint, kubeconform) takes the copies for the thing itself.
"""

import base64
import binascii
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from blueprints.engine.blueprint import File, Owner
from blueprints.engine.paths import check_paths
from blueprints.errors import ExpectedError

FOLDER = ".tutela-base"
OVERLAY = f"{FOLDER}/overlay.jsonl"
_RENDER = f"{FOLDER}/render"
_MAX_BYTES = 256 * 1024 * 1024


class InvalidBaseError(ExpectedError):
    """A base that cannot be understood."""

    kind = "invalid base"


def base_files(files: Iterable[File], overlay: Mapping[str, bytes] | None = None) -> list[File]:
    """The files that hold these files (those of the user's own left out), and the overlay's."""
    packs: dict[str, list[str]] = defaultdict(list)
    for file in sorted(files, key=lambda file: file.path):
        if file.owner is not Owner.USER:
            packs[_pack_of(file.path)].append(_line(file.path, file.content))
    if overlay is not None:
        packs[OVERLAY] = [_line(path, content) for path, content in sorted(overlay.items())]
    return [File(path, "".join(lines).encode()) for path, lines in sorted(packs.items())]


def read(folder: Path) -> dict[str, bytes]:
    """Every file of the base by its path; empty where there is no base.

    Raises :class:`InvalidBaseError` for one that is damaged, ExpectedError where it cannot be read.
    """
    top = folder / _RENDER
    for part in (folder / FOLDER, top):
        if part.is_symlink():
            raise InvalidBaseError(f"{part} is a symbolic link", *_HINTS)
    found: list[Path] = []
    for place, folders, names in os.walk(top):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [Path(place, name) for name in [*names, *links]]  # a link is refused when read
    return _together(folder, sorted(found))


def read_overlay(folder: Path) -> dict[str, bytes] | None:
    """The overlay that the repository was rendered with; None where there was none."""
    file = folder / OVERLAY
    return _together(folder, [file]) if file.exists() or file.is_symlink() else None


def _together(folder: Path, packs: Iterable[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = _MAX_BYTES
    for pack in packs:
        name = pack.relative_to(folder).as_posix()
        raw = _raw(pack, left)
        left -= len(raw)
        for number, line in enumerate(raw.splitlines(), start=1):
            path, content = _read_line(line, f"{name}:{number}")
            if path in found:
                raise InvalidBaseError(f"{name}:{number}: {path} comes twice", *_HINTS)
            found[path] = content
    try:
        check_paths(found)
    except ExpectedError as error:
        raise InvalidBaseError(f"{FOLDER} is damaged: {error}", *_HINTS) from error
    return found


_HINTS = (f"git checkout HEAD -- {FOLDER}",)


def _pack_of(path: str) -> str:
    folders = path.split("/")[:-1]
    return f"{_RENDER}/{'/'.join(folders[:2]) or 'top'}.jsonl"


def _line(path: str, content: bytes) -> str:
    """Text as text, anything else as base64."""
    try:
        held = {"path": path, "text": content.decode()}
    except UnicodeDecodeError:
        held = {"path": path, "base64": base64.b64encode(content).decode()}
    return json.dumps(held) + "\n"


def _read_line(line: bytes, at: str) -> tuple[str, bytes]:
    try:
        held = json.loads(line)
        path = held["path"]
        content = (
            held["text"].encode()
            if "text" in held
            else base64.b64decode(held["base64"], validate=True)
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        binascii.Error,
    ) as error:
        raise InvalidBaseError(f"{at}: is damaged", *_HINTS) from error
    if not isinstance(path, str):
        raise InvalidBaseError(f"{at}: is damaged", *_HINTS)
    return path, content


def _raw(file: Path, most: int) -> bytes:
    if file.is_symlink() or not file.is_file():
        raise InvalidBaseError(f"{file} is no file", *_HINTS)
    try:
        with file.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {file}: {error.strerror}") from error
    if len(raw) > most:
        raise InvalidBaseError(f"{FOLDER} is larger than {_MAX_BYTES} bytes", *_HINTS)
    return raw
