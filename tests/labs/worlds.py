"""Two worlds that differ in nothing but the secrets that lie around: what does not read them does
the same in both."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tce.canary import world


@dataclass(frozen=True)
class World:
    """A home full of secrets and an environment that names them, all of one world."""

    folder: Path
    secret: str
    """Every secret holds it, at least."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other variables: where OpenBao is."""

    @property
    def home(self) -> Path:
        """Where programs look."""
        return self.folder / "home"

    def make(self) -> World:
        """Write all files."""
        world.fill(self.home, self.secret)
        (self.folder / ".env").write_text(f"TOKEN={self.secret}\n")
        return self

    def environ(self) -> dict[str, str]:
        """The environment of a program in this world; nothing of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            **world.variables(self.home, self.secret),
            **self.more,
        }


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Path -> mode and bytes of everything in a folder, hidden or not."""
    return {
        file.relative_to(folder).as_posix(): (file.stat().st_mode, file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def told(report: Path) -> dict[str, list[str]]:
    """What a program of :mod:`tests.labs.programs.renders` says that it did."""
    found: dict[str, list[str]] = json.loads(report.read_text())
    return found
