"""`tutela blueprint update`: a repository in a new version, with what its people changed."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from blueprints.engine import base, lock, render, spec
from blueprints.engine import overlay as overlays
from blueprints.engine.blueprint import Blueprint, File, Owner
from blueprints.engine.lock import Lock
from blueprints.engine.overlay import Overlay
from blueprints.engine.paths import check_path
from blueprints.engine.spec import Loaded, digest
from blueprints.engine.uncommitted import uncommitted, untracked
from blueprints.errors import ExpectedError
from blueprints.update import apply, moves, plan
from blueprints.update.merged import Labels
from blueprints.update.migrate import carried_over
from blueprints.update.plan import Plan, Sides
from blueprints.update.result import Updated
from blueprints.update.tree import Folder

_SHOWN = 5

Judge = Callable[[Mapping[str, bytes], tuple[File, ...]], None]
"""Looks at the base and the new render."""


class RefusedError(ExpectedError):
    """An update that was not begun."""

    kind = "refused"


@dataclass(frozen=True)
class Options:
    """How to update."""

    to: Path | None = None
    """Another specification; without it, the one in the repository."""
    overlay: Path | None = None
    """Another overlay; without it, the one that the repository was rendered with."""
    dry_run: bool = False
    """Say what would happen and write nothing."""
    markers: bool = False
    """Write also where there are conflicts, with markers in the files."""
    allow_dirty: bool = False
    """Write over what Git could not bring back."""
    git: Path | None = None
    """The program that merges text; without it, text that both sides changed is a conflict."""
    blueprint: Blueprint | None = None
    """Stands in for the one that is installed under its name."""
    today: dt.date | None = None
    """What is over by then is refused."""


def update(path: Path, options: Options, step: apply.Step = lambda _: None) -> Updated:
    """Bring the repository at `path` to the installed version of its blueprint.

    Three-way: the base from `.tutela-base/`, the new render, and what stands there. Either all of
    it is written or, with a conflict and no `markers`, nothing. An update that was interrupted is
    completed first, and then this one is not begun.

    Raises :class:`RefusedError` for a repository without a lock, of a newer blueprint than is
    installed, of another blueprint than the specification's, with changes that are not in Git;
    InvalidLockError, InvalidBaseError, InvalidFileError (the specification), UnusableTreeError
    (symbolic links on the way of a file), UpdateError (nothing was written).
    """
    locked = begin(path, options, step)
    if locked is None:
        return Updated.completed(path)
    return conclude(path, locked, specification(path, locked, options), options, step)


def begin(path: Path, options: Options, step: apply.Step = lambda _: None) -> Lock | None:
    """The lock of a repository that may be written to; None after completing an earlier update.

    Raises as :func:`update`.
    """
    folder = _folder(path)
    if apply.unfinished(folder) and options.dry_run:
        raise RefusedError(
            f"{path} has an update that was interrupted",
            f"tutela blueprint update {path}",
        )
    if apply.recover(folder, step):
        return None
    locked = lock.read(path)
    if locked is None:
        raise RefusedError(
            f"{path} has no {lock.NAME}: no blueprint rendered it",
            "tutela blueprint render SPEC --out DIR",
        )
    if not options.allow_dirty and not options.dry_run:
        _check_committed(path, uncommitted(path), "uncommitted changes")
    return locked


def conclude(
    path: Path,
    locked: Lock,
    loaded: Loaded,
    options: Options,
    step: apply.Step = lambda _: None,
    judge: Judge = lambda _, __: None,
) -> Updated:
    """Merge what a specification renders into the repository that :func:`begin` has opened.

    `judge` sees the last render and the new one before anything is merged; what it raises stops
    it. Raises as :func:`update`.
    """
    folder = _folder(path)
    wanted, records = _plans(folder, locked, loaded, options, judge)
    result = Updated.of(path, locked.version, loaded.blueprint, wanted, records, options.dry_run)
    if wanted.conflicts and not options.markers:
        return result
    writes = {**wanted.writes(), **records.writes()}
    deletes = wanted.deletes() | records.deletes()
    if options.dry_run or not (writes or deletes):
        return result
    if not options.allow_dirty:
        over = untracked(path, sorted({*writes, *deletes}))
        _check_committed(path, over, "files to be written that Git does not have")
    apply.write(folder, writes, deletes, step)
    return result.now_written()


def _folder(path: Path) -> Folder:
    if path.is_symlink():
        raise RefusedError(
            f"{path} is a symbolic link", f"tutela blueprint update {path.resolve()}"
        )
    if not path.is_dir():
        raise RefusedError(f"{path} is no folder")
    return Folder(path)


def _check_committed(path: Path, files: list[str], what: str) -> None:
    if files:
        names = ", ".join(visible(file) for file in files[:_SHOWN])
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        raise RefusedError(
            f"{path} has {what}: {names}{more}",
            f"git -C {path} add --all && git -C {path} commit",
            "--dry-run, to see what would change",
            "--allow-dirty, if nothing of it has to be brought back",
        )


def specification(path: Path, locked: Lock, options: Options) -> Loaded:
    """What the repository is to be updated to; raises as :func:`update`."""
    file = options.to or path / check_path(locked.spec_file)
    if options.to is None and not file.is_file():
        raise RefusedError(
            f"{path} has lost its specification, {locked.spec_file}",
            f"tutela blueprint update {path} --to SPEC",
        )
    loaded = spec.load(file, options.blueprint)
    blueprint = loaded.blueprint
    if blueprint.name != locked.blueprint:
        raise RefusedError(
            f"{path} is a {locked.blueprint} repository and {file} specifies a {blueprint.name}"
        )
    if blueprint.version < locked.version:
        raise RefusedError(
            f"{path} was rendered by version {locked.version} of the blueprint {blueprint.name};"
            f" installed is {blueprint.version}",
            "pip install --upgrade tutela",
        )
    if options.today is not None:
        spec.on_day(loaded, str(file), options.today)
    return carried_over(loaded, str(file), options.blueprint)


def _plans(
    folder: Folder, locked: Lock, loaded: Loaded, options: Options, judge: Judge
) -> tuple[Plan, Plan]:
    """What happens to the files of the blueprint, and to the tool's own."""
    held = base.read(folder.path)
    overlay_files = base.read_overlay(folder.path)
    overlay = Overlay(overlay_files) if overlay_files is not None else None
    _check_base(locked, held, overlay)
    if options.overlay is not None:
        overlay = overlays.read(options.overlay)
    files = render.render(loaded.blueprint, loaded.model, overlay)
    judge(held, files)
    records = render.records(loaded, files, overlay)
    sides = Sides(
        lock=_without(locked, locked.spec_file),
        base=held,
        new=files,
        moved=moves.declared(loaded.blueprint, locked.version, loaded.model),
        folder=folder,
        labels=Labels(
            base=f"{loaded.blueprint.name} {locked.version}",
            new=f"{loaded.blueprint.name} {loaded.blueprint.version}",
        ),
        git=options.git,
    )
    kept = [*_base_packs(folder), lock.NAME, locked.spec_file]
    return plan.make(sides), plan.records(folder, records, kept)


def _check_base(locked: Lock, held: dict[str, bytes], overlay: Overlay | None) -> None:
    """The base is what the lock says; else an update would take the wrong things for edits."""
    for path, entry in locked.files.items():
        if entry.owner is Owner.USER:
            continue
        if path not in held or digest(held[path]) != entry.sha256:
            raise _odd_base(f"{visible(path)} in it is not what {lock.NAME} says")
    if (overlay.digest if overlay else None) != locked.overlay_sha256:
        raise _odd_base(f"the overlay in it is not what {lock.NAME} says")


def _odd_base(what: str) -> ExpectedError:
    return base.InvalidBaseError(
        f"{base.FOLDER} is damaged: {what}",
        f"git checkout HEAD -- {base.FOLDER} {lock.NAME}",
    )


def _without(locked: Lock, path: str) -> Lock:
    files = {name: entry for name, entry in locked.files.items() if name != path}
    return Lock(
        locked.blueprint,
        locked.version,
        locked.tool,
        locked.spec_file,
        locked.spec_sha256,
        locked.overlay_sha256,
        files,
    )


def _base_packs(folder: Folder) -> list[str]:
    top = folder.path / base.FOLDER
    return [file.relative_to(folder.path).as_posix() for file in top.rglob("*") if file.is_file()]
