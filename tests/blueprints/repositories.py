"""The examples of every blueprint as rendered repositories, made by the real command line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from blueprints.engine import registry
from tests.program import run


@dataclass(frozen=True)
class Example:
    """One specification that a blueprint shows."""

    blueprint: str
    name: str
    file: Path

    def __str__(self) -> str:
        return f"{self.blueprint}-{self.name}" if self.name != self.blueprint else self.name

    def render(self, out: Path) -> Path:
        """The repository, in a folder that is not there yet."""
        done = run("blueprint", "render", str(self.file), "--out", str(out))
        assert done.code == 0, done.out + done.err
        return out


def examples() -> list[Example]:
    """Every example of every blueprint that is installed, sorted."""
    return [
        Example(name, file.stem, file)
        for name in registry.names()
        for file in sorted((registry.named(name).folder / "examples").glob("*.yaml"))
    ]


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with the SHA-256 of its bytes, `x ` before it where it may be run."""
    return {
        file.relative_to(folder).as_posix(): ("x " if file.stat().st_mode & 0o100 else "")
        + hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
