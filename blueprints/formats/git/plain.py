"""Opens files of a folder that somebody else owns: regular files only, of bounded size."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path


class NotPlainError(OSError):
    """It is no regular file, or a larger one than is ever needed."""


def open_plain(path: Path) -> int:
    """Return a file descriptor of a regular file; a pipe or a device is never waited for.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlainError(f"{path.name} is not a regular file")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_plain(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes. Raises OSError."""
    descriptor = open_plain(path)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise NotPlainError(f"{path.name} is larger than {most} bytes")
    return data


def read_if_there(path: Path, most: int) -> bytes | None:
    """Return the bytes of a file, None where there is no such file. Raises OSError."""
    try:
        return read_plain(path, most)
    except (FileNotFoundError, NotADirectoryError):
        return None


def walk_plain(folder: Path, depth: int, most: int) -> Iterator[tuple[str, Path]]:
    """Yield the files under `folder` as (path within it, path); no linked folder is entered.

    Raises:
        NotPlainError: it is nested deeper than `depth`, or holds more than `most` files.
        OSError: a folder cannot be listed.
    """
    waiting = [("", folder, 0)]
    count = 0
    while waiting:
        within, here, level = waiting.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue  # Gone since it was seen; or there was none.
        for entry in found:
            name = f"{within}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if level >= depth:
                    raise NotPlainError(f"{folder.name} is nested deeper than {depth} folders")
                waiting.append((f"{name}/", Path(entry.path), level + 1))
            else:
                count += 1
                if count > most:
                    raise NotPlainError(f"{folder.name} holds more than {most} files")
                yield name, Path(entry.path)
