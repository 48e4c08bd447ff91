"""A folder of files that appears whole or not at all."""

import os
import secrets
import shlex
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from blueprints.engine.blueprint import File
from blueprints.engine.paths import check_paths
from blueprints.engine.uncommitted import find, uncommitted
from blueprints.errors import ExpectedError

# Above so many files, telling the system to write everything is quicker than file by file.
_FEW = 200


class OutputError(ExpectedError):
    """A folder that files cannot be written to; it was left as it was."""

    kind = "output"


def publish(
    files: Sequence[File], out: Path, accept: Callable[[Path], bool] = lambda _: True
) -> bool:
    """Write these files to the folder ``out``, which must not exist or be empty.

    ``accept`` is shown the folder before it is put in its place; False is returned where it
    refuses, and nothing remains.

    They are written beside it, flushed to disk and renamed into place: whatever goes wrong or ends
    the program, ``out`` is as before or complete. Raises :class:`OutputError` for a folder that is
    not empty, read-only, a symbolic link, the current one, or inside a Git repository with
    uncommitted changes, and where the disk does not take the files.
    """
    check_paths(file.path for file in files)
    _check_free(out)
    staged = out.parent / f".{out.name}.tutela-{secrets.token_hex(6)}"
    try:
        staged.mkdir()
        try:
            _write(files, staged)
            if out.exists():
                shutil.copymode(out, staged)
            if not accept(staged):
                return False
            staged.rename(out)
            flush_folder(out.parent)
        finally:
            # Also when a signal ends the program; after the rename there is nothing left to remove.
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}; it is as it was") from error
    return True


def _check_free(out: Path) -> None:
    if out.is_symlink():
        raise OutputError(f"{out} is a symbolic link", f"--out {shlex.quote(str(out.resolve()))}")
    parent = out.absolute().parent
    if not parent.is_dir():
        raise OutputError(f"there is no folder {parent}", f"mkdir -p {shlex.quote(str(parent))}")
    if out.exists():
        if not out.is_dir():
            raise OutputError(f"{out} is a file")
        if out.resolve() in (Path.cwd(), Path("/")) or out.name in ("", ".."):
            raise OutputError(f"{out} cannot be replaced while you stand in it", "--out repo")
        if os.listdir(out):
            raise OutputError(
                f"{out} is not empty", f"tutela blueprint update {shlex.quote(str(out))}"
            )
        if not out.stat().st_mode & 0o200:
            raise OutputError(f"{out} is read-only")
    git = find(parent)
    changed = uncommitted(git.top) if git is not None else []
    if changed:
        raise OutputError(
            f"{out} is inside a Git repository with uncommitted changes: {changed[0]}",
            "git stash, or git commit",
            "--out a folder outside of it",
        )


def _write(files: Iterable[File], top: Path) -> None:
    made = {""}
    written: list[str] = []
    for file in files:
        folder, _, _ = file.path.rpartition("/")
        if folder not in made:
            (top / folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        path = f"{top}/{file.path}"
        mode = 0o777 if file.executable else 0o666
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with open(number, "wb") as stream:
            stream.write(file.content)
        written.append(path)
    if len(written) > _FEW:
        os.sync()
        return
    for path in written:
        with open(path, "rb") as stream:
            os.fsync(stream.fileno())
    for folder in made:
        flush_folder(top / folder)


def flush_folder(folder: Path) -> None:
    """Put on disk which names a folder holds, as a rename leaves it."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
