"""`tutela blueprint check`: the rules, and whether a repository is what its specification says."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from blueprints.check.finding import Finding, Level
from blueprints.check.result import CheckResult
from blueprints.check.run import Asked
from blueprints.check.run import check as run_rules
from blueprints.engine import base, lock, render, spec
from blueprints.engine.blueprint import Blueprint, Owner
from blueprints.engine.diff import rendered_by, specification
from blueprints.engine.lock import Lock
from blueprints.engine.overlay import Overlay
from blueprints.engine.spec import Loaded
from blueprints.errors import ExpectedError

RULE = "rendered"
SUMMARY = "The repository is what its specification renders."


def check(
    folder: Path,
    asked: Asked,
    today: dt.date,
    progress: Callable[[str], None] = lambda _: None,
    blueprint: Blueprint | None = None,
) -> CheckResult:
    """What `tutela check` finds, and what only the engine can tell.

    That is: whether lock, base, specification and overlay belong together, and whether the
    installed blueprint renders the same from them. Raises :class:`NotRenderedError` for a folder
    without a lock; ExpectedError for a lock that cannot be read.
    """
    locked = rendered_by(folder)
    result = run_rules(folder, asked, today, progress)
    progress("rendering it again")
    found = tuple(_findings(folder, locked, blueprint))
    findings = tuple(sorted({*result.findings, *found}))
    return replace(result, findings=findings, rules={**result.rules, RULE: SUMMARY})


def _findings(folder: Path, locked: Lock, blueprint: Blueprint | None) -> Iterator[Finding]:
    try:
        held = base.read(folder)
        kept = base.read_overlay(folder)
    except ExpectedError as error:
        yield _finding(base.FOLDER, str(error), hint=f"git checkout HEAD -- {base.FOLDER}")
        return
    overlay = Overlay(kept) if kept is not None else None
    torn = list(_torn(locked, held, overlay))
    yield from torn
    try:
        loaded = specification(folder, locked, blueprint)
    except ExpectedError as error:
        for message in error.messages:
            yield _wrong_spec(message, folder / locked.spec_file, locked.spec_file)
        return
    stale = loaded.digest != locked.spec_sha256 or _version_differs(loaded, locked)
    if stale:
        yield from _other_version(loaded, locked)
    elif not torn:
        yield from _other_bytes(loaded, locked, overlay)


def _torn(locked: Lock, held: dict[str, bytes], overlay: Overlay | None) -> Iterator[Finding]:
    """Where lock and base do not say the same: an update would take the wrong things for edits."""
    hint = f"git checkout HEAD -- {lock.NAME} {base.FOLDER}"
    rendered = {path for path, one in locked.files.items() if one.owner is not Owner.USER}
    for path in sorted(rendered | held.keys()):
        entry = locked.files.get(path)
        if path not in held:
            yield _finding(lock.NAME, f"{path} is missing in {base.FOLDER}", hint=hint)
        elif path not in rendered or entry is None:
            yield _finding(lock.NAME, f"{path} of {base.FOLDER} is missing in it", hint=hint)
        elif spec.digest(held[path]) != entry.sha256:
            yield _finding(lock.NAME, f"{path} in {base.FOLDER} has another digest", hint=hint)
    if (overlay.digest if overlay is not None else None) != locked.overlay_sha256:
        yield _finding(lock.NAME, f"the overlay in {base.FOLDER} has another digest", hint=hint)


def _version_differs(loaded: Loaded, locked: Lock) -> bool:
    named = (loaded.blueprint.name, loaded.blueprint.version)
    return named != (locked.blueprint, locked.version)


def _other_version(loaded: Loaded, locked: Lock) -> Iterator[Finding]:
    installed = loaded.blueprint
    if installed.name != locked.blueprint:
        message = f"specifies a {installed.name}; the repository is a {locked.blueprint}"
        yield _finding(locked.spec_file, message)
    elif installed.version > locked.version:
        message = f"rendered by version {locked.version} of {installed.name}; installed is"
        hint = "tutela blueprint update . --dry-run"
        yield _finding(lock.NAME, f"{message} {installed.version}", Level.NOTE, hint)
    elif installed.version < locked.version:
        message = f"rendered by version {locked.version} of {installed.name}, which is newer than"
        hint = "pip install --upgrade tutela"
        yield _finding(lock.NAME, f"{message} {installed.version}, installed", Level.WARNING, hint)


def _other_bytes(loaded: Loaded, locked: Lock, overlay: Overlay | None) -> Iterator[Finding]:
    """Same specification, same blueprint: a fresh render says what the lock says."""
    fresh = lock.entries(render.render(loaded.blueprint, loaded.model, overlay))
    files = {path: one for path, one in locked.files.items() if path != locked.spec_file}
    for path in sorted(fresh.keys() | files.keys()):
        if fresh.get(path) != files.get(path):
            message = f"{path} is not what the specification renders"
            yield _finding(lock.NAME, message, hint="tutela blueprint diff .")


def _wrong_spec(message: str, file: Path, name: str) -> Finding:
    """A mistake of the specification, at its line."""
    place, _, what = message.removeprefix(f"{file}:").partition(": ")
    line = place.split(":")[0]
    if message.startswith(f"{file}:") and line.isdigit():
        return Finding(name, int(line), RULE, what)
    return Finding(name, 0, RULE, message)


def _finding(file: str, message: str, level: Level = Level.ERROR, hint: str = "") -> Finding:
    return Finding(file, 0, RULE, message, level, hint)
