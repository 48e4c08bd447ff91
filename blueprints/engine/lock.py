"""``tutela.lock``: what a repository was rendered from, and whose each file is."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.engine.blueprint import File, Owner
from blueprints.engine.paths import check_paths
from blueprints.engine.spec import Digest, digest
from blueprints.errors import ExpectedError

NAME = "tutela.lock"
SCHEMA = "tutela/lock/v1"
MAX_BYTES = 64 * 1024 * 1024

_OURS = re.compile(r"tutela/lock/v([0-9]{1,4})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class InvalidLockError(ExpectedError):
    """A lock that cannot be understood; nothing is concluded from it."""

    kind = "invalid lock"


@dataclass(frozen=True)
class Entry:
    """One file as it was rendered."""

    sha256: Digest
    owner: Owner
    executable: bool = False


@dataclass(frozen=True)
class Lock:
    """What a repository was rendered from."""

    blueprint: str
    version: int
    """Of the blueprint."""
    tool: str
    """Version of tutela."""
    spec_file: str
    spec_sha256: Digest
    overlay_sha256: Digest | None
    files: Mapping[str, Entry]
    """By path: everything that was rendered except the lock itself and the base."""


def entries(files: Iterable[File]) -> dict[str, Entry]:
    """What a lock says of these files, in the order of their paths."""
    return {
        file.path: Entry(digest(file.content), file.owner, file.executable)
        for file in sorted(files, key=lambda file: file.path)
    }


def lock_file(lock: Lock) -> File:
    """The lock as a file: JSON with a line for each file, so that Git merges and shows it well."""
    head = {
        "schema": SCHEMA,
        "blueprint": {"name": lock.blueprint, "version": lock.version},
        "tool": lock.tool,
        "spec": {"file": lock.spec_file, "sha256": lock.spec_sha256},
        "overlay": lock.overlay_sha256,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    files = ",\n".join(
        f"    {json.dumps(path)}: {json.dumps(_entry_data(entry))}"
        for path, entry in sorted(lock.files.items())
    )
    text = "".join(["{\n", *lines, '  "files": {\n', files, "\n  }\n}\n"])
    return File(NAME, text.encode())


def read(folder: Path) -> Lock | None:
    """The lock of a repository; None where it has none.

    Raises :class:`InvalidLockError` for one that is not right or of a newer schema, ExpectedError
    where it cannot be read.
    """
    file = folder / NAME
    try:
        if not file.is_symlink() and not file.exists():
            return None
        if file.is_symlink() or not file.is_file():
            raise InvalidLockError(f"{file} is no file")
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExpectedError(f"cannot read {file}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise InvalidLockError(f"{file} is larger than {MAX_BYTES} bytes")
    return parse(raw, str(file))


def parse(raw: bytes, name: str) -> Lock:
    """A lock from its bytes; raises :class:`InvalidLockError`, which calls it ``name``."""
    try:
        data = json.loads(raw)
        schema = data["schema"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise InvalidLockError(f"{name} is no lock of tutela", *_HINTS) from error
    ours = _OURS.fullmatch(schema) if isinstance(schema, str) else None
    if ours is None:
        raise InvalidLockError(f"{name} is no lock of tutela", *_HINTS)
    if schema != SCHEMA:
        newer = f"{name} was written by a newer tutela ({schema}); this one knows {SCHEMA}"
        raise InvalidLockError(newer, "pip install --upgrade tutela")
    try:
        lock = _lock(data)
        check_paths({*lock.files, lock.spec_file})
    except (ValueError, TypeError, KeyError, AttributeError, ExpectedError) as error:
        what = str(error) if isinstance(error, ExpectedError) else "a field is missing or wrong"
        raise InvalidLockError(f"{name} is damaged: {what}", *_HINTS) from error
    return lock


_HINTS = (f"git log --oneline -- {NAME}", f"git checkout HEAD -- {NAME}")


def _entry_data(entry: Entry) -> dict[str, object]:
    data: dict[str, object] = {"sha256": entry.sha256, "owner": entry.owner.value}
    return {**data, "executable": True} if entry.executable else data


def _lock(data: dict[str, Any]) -> Lock:
    blueprint, spec, overlay = data["blueprint"], data["spec"], data["overlay"]
    return Lock(
        blueprint=_text(blueprint["name"]),
        version=_number(blueprint["version"]),
        tool=_text(data["tool"]),
        spec_file=_text(spec["file"]),
        spec_sha256=_sha256(spec["sha256"]),
        overlay_sha256=None if overlay is None else _sha256(overlay),
        files={path: _entry(entry) for path, entry in data["files"].items()},
    )


def _entry(data: Any) -> Entry:
    if not isinstance(data, dict) or not isinstance(data.get("executable", False), bool):
        raise TypeError
    return Entry(_sha256(data["sha256"]), Owner(data["owner"]), data.get("executable", False))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 1:
        raise TypeError
    return value


def _sha256(value: object) -> Digest:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError
    return Digest(value)
