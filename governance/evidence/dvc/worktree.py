"""Pointers that somebody has not committed yet, in the files of a local clone."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from blueprints.formats.git.plain import read_plain
from blueprints.formats.git.refs import text_of
from governance.evidence.dvc.history import wanted
from governance.evidence.dvc.pointers import MOST_POINTER

MOST_ENTRIES = 5_000_000
DEEPEST = 64


def pointers_in(folder: Path, problem: Callable[[str], None]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the pointer files, and of `.dvc/config` and its local part.

    No link is followed, and no folder is entered that is another repository.
    """
    waiting = [(os.fsencode(folder), b"", 0)]
    count = 0
    while waiting:
        here, within, depth = waiting.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            problem(f"folder {text_of(within) or '.'} cannot be listed: {error.strerror}")
            continue
        if depth and any(entry.name == b".git" for entry in found):
            continue
        count += len(found)
        if count > MOST_ENTRIES:
            problem(f"it has more than {MOST_ENTRIES:,} files")
            return
        name_of_folder = within.rpartition(b"/")[2]
        for entry in found:
            path = within + b"/" + entry.name if within else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name == b".git" or name_of_folder == b".dvc":
                    continue
                if depth >= DEEPEST:
                    problem(f"it is nested deeper than {DEEPEST} folders")
                    return
                waiting.append((entry.path, path, depth + 1))
            elif entry.is_file(follow_symlinks=False) and _wanted(name_of_folder, entry.name):
                try:
                    yield text_of(path), read_plain(Path(os.fsdecode(entry.path)), MOST_POINTER)
                except FileNotFoundError:
                    continue  # Removed since.
                except OSError as error:
                    problem(f"{text_of(path)} cannot be read: {error.strerror or error}")


def _wanted(folder: bytes, name: bytes) -> bool:
    return wanted(folder, name) or (folder == b".dvc" and name == b"config.local")
