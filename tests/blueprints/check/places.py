"""Repositories for tests of the check."""

from collections.abc import Mapping
from pathlib import Path

from blueprints.check.repository import Repository


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def repository(folder: Path, files: Mapping[str, str | bytes]) -> Repository:
    return Repository(write(folder, files))
