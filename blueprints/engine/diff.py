"""`tutela blueprint diff`: what people changed in a repository, and what an update would bring."""

import difflib
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from blueprints.display import table, visible
from blueprints.engine import base, lock, render, spec
from blueprints.engine.blueprint import Blueprint, Owner
from blueprints.engine.lock import Lock
from blueprints.engine.overlay import Overlay
from blueprints.engine.spec import Loaded
from blueprints.errors import ExpectedError
from blueprints.update.tree import Folder

_MOST_DIFFED = 1024 * 1024


class NotRenderedError(ExpectedError):
    """A folder that no blueprint rendered."""

    kind = "not rendered"


class What(StrEnum):
    """How a file differs."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    MODE = "mode changed"


@dataclass(frozen=True)
class Difference:
    """One file that differs."""

    path: str
    what: What
    owner: Owner
    before: bytes | None
    """None for a file that was not there; as ``after``."""
    after: bytes | None


@dataclass(frozen=True)
class Compared:
    """The result of `tutela blueprint diff`."""

    folder: Path
    blueprint: str
    version: int
    """Of the blueprint when the repository was rendered."""
    installed: int
    edited: tuple[Difference, ...]
    """What people changed since: the base against the files."""
    pending: tuple[Difference, ...]
    """What the installed blueprint and the specification in the repository render otherwise."""
    patch: bool = False
    """Show every line."""

    def __str__(self) -> str:
        version = f"{self.blueprint} {self.version}"
        lines = [f"{visible(str(self.folder))}: {version}: {_count(self.edited)} edited here"]
        lines += _listed(self.edited, self.patch)
        newer = f" ({self.blueprint} {self.installed})" if self.installed != self.version else ""
        lines += ["", f"{_count(self.pending)} would be rendered otherwise now{newer}"]
        lines += _listed(self.pending, self.patch)
        if self.pending:
            folder = visible(shlex.quote(str(self.folder)))
            lines += ["", "next:", f"  tutela blueprint update {folder} --dry-run"]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-diff/v1``."""
        return {
            "schema": "tutela/blueprint-diff/v1",
            "folder": str(self.folder),
            "blueprint": self.blueprint,
            "version": self.version,
            "installed": self.installed,
            "edited": [self._data(one) for one in self.edited],
            "pending": [self._data(one) for one in self.pending],
        }

    def _data(self, one: Difference) -> dict[str, object]:
        data: dict[str, object] = {
            "file": one.path,
            "what": one.what.value,
            "owner": one.owner.value,
        }
        return {**data, "diff": "\n".join(_lines(one))} if self.patch else data


def diff(folder: Path, *, patch: bool = False, blueprint: Blueprint | None = None) -> Compared:
    """Compare a repository with its base, and its base with a fresh render.

    ``blueprint`` stands in for the one that is installed. Files that are the user's own are left
    out. Raises :class:`NotRenderedError` for a folder without a lock, ExpectedError for a lock,
    base or specification that is not right.
    """
    locked = rendered_by(folder)
    held = base.read(folder)
    kept = base.read_overlay(folder)
    loaded = specification(folder, locked, blueprint)
    overlay = Overlay(kept) if kept is not None else None
    fresh = render.render(loaded.blueprint, loaded.model, overlay)
    new = {file.path: file.content for file in fresh if file.owner is not Owner.USER}
    owners = {file.path: file.owner for file in fresh}
    return Compared(
        folder=folder,
        blueprint=locked.blueprint,
        version=locked.version,
        installed=loaded.blueprint.version,
        edited=tuple(edits(folder, locked, held)),
        pending=tuple(_between(held, new, owners, locked)),
        patch=patch,
    )


def rendered_by(folder: Path) -> Lock:
    """The lock of a repository; raises :class:`NotRenderedError` where it has none."""
    locked = lock.read(folder)
    if locked is None:
        raise NotRenderedError(
            f"{folder} has no {lock.NAME}: no blueprint rendered it",
            "tutela blueprint render SPEC --out DIR",
        )
    return locked


def specification(folder: Path, locked: Lock, blueprint: Blueprint | None = None) -> Loaded:
    """The specification in a repository, no symbolic link followed to it.

    Raises :class:`NotRenderedError` where it is not there, InvalidFileError where it is wrong.
    """
    name = folder / locked.spec_file
    found = Folder(folder).look(locked.spec_file)
    if found is None or found.content is None:
        raise NotRenderedError(f"{name} is not there, or is no file")
    return spec.parse(found.content, str(name), blueprint)


def edits(folder: Path, locked: Lock, held: Mapping[str, bytes]) -> Iterator[Difference]:
    """Files of the lock that are not as they were rendered, those of the user's own left out."""
    files = Folder(folder)
    for path, entry in locked.files.items():
        if entry.owner is Owner.USER:
            continue
        found = files.look(path)
        content = None if found is None else found.content
        before = held.get(path)
        if found is None or content is None:
            yield Difference(path, What.DELETED, entry.owner, before, None)
        elif spec.digest(content) != entry.sha256:
            yield Difference(path, What.CHANGED, entry.owner, before, content)
        elif found.executable != entry.executable:
            yield Difference(path, What.MODE, entry.owner, content, content)


def _between(
    old: Mapping[str, bytes], new: Mapping[str, bytes], owners: Mapping[str, Owner], locked: Lock
) -> Iterator[Difference]:
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            owner = locked.files[path].owner if path in locked.files else Owner.GENERATED
            yield Difference(path, What.DELETED, owner, old[path], None)
        elif path not in old:
            yield Difference(path, What.ADDED, owners[path], None, new[path])
        elif old[path] != new[path]:
            yield Difference(path, What.CHANGED, owners[path], old[path], new[path])


def _count(differences: tuple[Difference, ...]) -> str:
    number = len(differences)
    return f"{number or 'no'} file{'' if number == 1 else 's'}"


def _listed(differences: tuple[Difference, ...], patch: bool) -> list[str]:
    if not differences:
        return []
    if patch:
        return [visible(line) for one in differences for line in _lines(one)]
    rows = [(one.what.value, one.path, one.owner.value) for one in differences]
    return table(("what", "file", "owner"), rows, whole=(0, 2)).splitlines()


def _lines(one: Difference) -> list[str]:
    """As a unified diff; one line for what is not text or too much."""
    sides = (one.before, one.after)
    if one.what is What.MODE:
        return [f"{one.path}: executable or not"]
    if any(side is not None and (b"\0" in side or len(side) > _MOST_DIFFED) for side in sides):
        return [f"{one.path}: not shown"]
    before, after = ((side or b"").decode(errors="replace").splitlines() for side in sides)
    from_ = "/dev/null" if one.before is None else f"a/{one.path}"
    to = "/dev/null" if one.after is None else f"b/{one.path}"
    return list(difflib.unified_diff(before, after, from_, to, lineterm=""))
