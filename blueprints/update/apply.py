"""Writing an update: all of it, or none; also when the machine stops in the middle.

Everything is prepared in `.tutela-update/` in the repository and flushed to disk. Writing the
journal is the moment that decides: without it the repository is untouched, with it the update will
be completed, by this run or, after a kill, by the next. An error while files are put in place takes
back what was done.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from blueprints.engine.paths import check_path, check_paths
from blueprints.engine.stage import flush_folder
from blueprints.errors import ExpectedError
from blueprints.update.tree import STAGE, Folder

SCHEMA = "tutela/update-journal/v1"
_JOURNAL = "journal.json"
_LOCK = "lock"

Step = Callable[[str], None]
"""Called before each step with its name; shows progress."""


class UpdateError(ExpectedError):
    """An update that could not be written."""

    kind = "update"


@dataclass(frozen=True)
class _Task:
    """One file: what is there, what will be."""

    path: str
    before: str | None
    """SHA-256, None for no file."""
    after: str | None
    executable: bool
    staged: str
    """Names of the prepared files in `new/` and `old/`."""

    def as_json(self) -> dict[str, object]:
        return self.__dict__


def write(
    folder: Folder,
    files: Mapping[str, tuple[bytes, bool]],
    deletes: Iterable[str],
    step: Step = lambda _: None,
) -> None:
    """Write these files (content, executable) and delete the others, all or nothing.

    Raises :class:`UpdateError` where another update is running or one that was interrupted has to
    be completed first, and where the disk does not take it: everything is as before then.
    """
    deletes = sorted(deletes)
    _check_paths(files, deletes)
    stage = folder.path / STAGE
    with _alone(stage):
        if (stage / _JOURNAL).exists():
            raise UpdateError(f"{folder.path} has an update that was not completed")
        tasks: list[_Task] = []
        try:
            tasks += _prepare(folder, stage, files, deletes, step)
            _write_journal(stage, tasks, step)
            _complete(folder, stage, tasks, step)
        except BaseException as error:  # also when somebody presses Ctrl-C
            if (stage / _JOURNAL).exists():
                _take_back(folder, stage, tasks)
            _clean(stage, lambda _: None)
            if isinstance(error, OSError):
                raise _failed(error) from error
            raise
        _clean(stage, step)


def unfinished(folder: Folder) -> bool:
    """Whether an update was interrupted after it had begun to write."""
    return (folder.path / STAGE / _JOURNAL).is_file()


def recover(folder: Folder, step: Step = lambda _: None) -> bool:
    """Complete an update that was interrupted, or remove what it had prepared.

    True when files were written. Raises :class:`UpdateError` where another update is running, and
    where a file was changed since: then nothing more is written.
    """
    stage = folder.path / STAGE
    if not os.path.lexists(stage):
        return False
    with _alone(stage):
        if not (stage / _JOURNAL).is_file():
            _clean(stage, step)
            return False
        tasks = _read_journal(stage)
        _check_untouched(folder, stage, tasks)
        try:
            _complete(folder, stage, tasks, step)
        except OSError as error:
            raise _failed(error) from error
        _clean(stage, step)
    return True


def _check_paths(writes: Iterable[str], deletes: Iterable[str]) -> None:
    """A file that goes may have been the folder of one that comes, and the other way."""
    check_paths(writes)
    for path in deletes:
        check_path(path)


@contextmanager
def _alone(stage: Path) -> Iterator[None]:
    """One update at a time; the kernel lets the lock go when its process ends."""
    if stage.is_symlink() or (stage.exists() and not stage.is_dir()):
        raise UpdateError(f"{stage} is not a folder of an update", f"rm {STAGE}")
    try:
        stage.mkdir(exist_ok=True)
        number = os.open(stage / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _failed(error) from error
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UpdateError(f"another update of {stage.parent} is running") from error
        yield
    finally:
        os.close(number)


def _prepare(
    folder: Folder,
    stage: Path,
    files: Mapping[str, tuple[bytes, bool]],
    deletes: Iterable[str],
    step: Step,
) -> Iterator[_Task]:
    for name in ("new", "old"):
        shutil.rmtree(stage / name, ignore_errors=True)
        (stage / name).mkdir()
    # Whoever adds everything to Git after a kill does not add this folder.
    (stage / ".gitignore").unlink(missing_ok=True)
    _write(stage / ".gitignore", b"*\n", 0o666, flush=False)
    wanted: list[tuple[str, bytes | None, bool]] = [(path, None, False) for path in deletes]
    wanted += [(path, content, executable) for path, (content, executable) in sorted(files.items())]
    for number, (path, content, executable) in enumerate(wanted):
        step(f"prepare {path}")
        found = folder.look(path)
        before = found.content if found else None
        if found is not None and before is None and not found.folder:
            raise UpdateError(f"{visible(path)} is no file")
        if before is not None:
            mode = 0o777 if found and found.executable else 0o666
            _write(stage / "old" / str(number), before, mode, flush=False)
        if content is not None:
            _write(stage / "new" / str(number), content, 0o777 if executable else 0o666)
        yield _Task(path, _sha256(before), _sha256(content), executable, str(number))
    flush_folder(stage / "new")


def _write_journal(stage: Path, tasks: Iterable[_Task], step: Step) -> None:
    data = {"schema": SCHEMA, "tasks": [task.as_json() for task in tasks]}
    partial = stage / f"{_JOURNAL}.partial"
    partial.unlink(missing_ok=True)
    _write(partial, json.dumps(data).encode(), 0o600)
    step("decide")
    partial.rename(stage / _JOURNAL)
    flush_folder(stage)


def _read_journal(stage: Path) -> list[_Task]:
    try:
        data = json.loads((stage / _JOURNAL).read_bytes())
        if data["schema"] != SCHEMA:
            raise UpdateError(f"{stage / _JOURNAL} was written by a newer tutela")
        tasks = [_Task(**task) for task in data["tasks"]]
        _check_paths(
            [task.path for task in tasks if task.after is not None],
            [task.path for task in tasks if task.after is None],
        )
        right = all(task.staged == str(at) for at, task in enumerate(tasks))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UpdateError(f"{stage / _JOURNAL} is damaged") from error
    if not right:
        raise UpdateError(f"{stage / _JOURNAL} is damaged")
    return tasks


def _check_untouched(folder: Folder, stage: Path, tasks: Iterable[_Task]) -> None:
    for task in tasks:
        found = folder.look(task.path)
        now = _sha256(found.content) if found else None
        odd = found and found.content is None and not found.folder
        if odd or now not in (task.before, task.after):
            raise UpdateError(
                f"{visible(task.path)} was changed after an update was interrupted",
                f"keep a copy of it, and restore it from {stage / 'old' / task.staged}",
            )


def _complete(folder: Folder, stage: Path, tasks: Iterable[_Task], step: Step) -> None:
    """Delete first: a file may take the place of a folder. Each step may be done twice."""
    changed: set[Path] = set()
    for task in sorted(tasks, key=lambda task: task.after is not None):
        step(f"put {task.path}")
        target = folder.path / task.path
        staged = stage / "new" / task.staged
        folder.look(task.path)  # raises where a folder on the way is a link by now
        if task.after is None:
            with suppress(FileNotFoundError, NotADirectoryError):
                target.unlink()
            _prune(folder.path, target.parent)
        elif staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
        changed.add(target.parent)
    for parent in changed:
        if parent.is_dir():
            flush_folder(parent)
    step("flush")


def _take_back(folder: Folder, stage: Path, tasks: Iterable[_Task]) -> None:
    for task in sorted(tasks, key=lambda task: task.before is not None):
        target = folder.path / task.path
        found = folder.look(task.path)
        if task.before is None and found is not None and found.content is not None:
            target.unlink()
            _prune(folder.path, target.parent)
        elif task.before is not None and (
            found is None or found.content is None or _sha256(found.content) != task.before
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            (stage / "old" / task.staged).replace(target)


def _clean(stage: Path, step: Step) -> None:
    """The journal goes first: from here on there is nothing to complete."""
    step("finish")
    (stage / _JOURNAL).unlink(missing_ok=True)
    flush_folder(stage)
    step("clean")
    shutil.rmtree(stage, ignore_errors=True)


def _prune(top: Path, folder: Path) -> None:
    """Remove folders that are empty now."""
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _write(file: Path, content: bytes, mode: int, *, flush: bool = True) -> None:
    """A new file. What is old need not be flushed: only this process takes back."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with open(number, "wb") as stream:
        stream.write(content)
        stream.flush()
        if flush:
            os.fsync(stream.fileno())


def _sha256(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _failed(error: OSError) -> UpdateError:
    return UpdateError(f"cannot write the update: {error.strerror}; everything is as it was")
