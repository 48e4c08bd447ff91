"""Programs that only write down how they were called: arguments and environment, byte by byte."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_STUB = """#!/bin/bash
number=0
while ! mkdir "$STUBS/{name}.$number" 2>/dev/null; do number=$((number + 1)); done
for one in "$@"; do printf '%s\\0' "$one"; done > "$STUBS/{name}.$number/argv"
cat /proc/$$/environ > "$STUBS/{name}.$number/environ"
{body}
"""


@dataclass(frozen=True)
class Call:
    """A call of a stub."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass
class Stubs:
    """A folder of programs, found before any other."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the folders."""
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "calls").mkdir()
        (self.folder / "home").mkdir()

    def add(self, name: str, body: str = "") -> None:
        """A program, and what it does after it has written down its call."""
        file = self.folder / "bin" / name
        file.write_text(_STUB.format(name=name, body=body))
        file.chmod(0o755)

    def run(
        self, script: bytes, *arguments: str, seconds: float = 20
    ) -> "subprocess.CompletedProcess[str]":
        """Run a script of a render with them."""
        file = self.folder / "script.sh"
        file.write_bytes(script)
        environment = {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "STUBS": str(self.folder / "calls"),
            **self.environment,
        }
        return subprocess.run(
            ["bash", str(file), *arguments],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def calls(self, name: str) -> Sequence[Call]:
        """How it was called, in order."""
        found: list[Call] = []
        while (made := self.folder / "calls" / f"{name}.{len(found)}").is_dir():
            words = (made / "argv").read_bytes().decode().split("\0")[:-1]
            pairs = (made / "environ").read_bytes().decode().split("\0")[:-1]
            found.append(Call(tuple(words), dict(pair.split("=", 1) for pair in pairs)))
        return found


def secret_file(stubs: Stubs, name: str, values: Mapping[str, str]) -> Path:
    """The host's file of secrets as the scripts want it."""
    file = Path(stubs.folder / "home" / ".config" / "tutela" / f"{name}.env")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    os.chmod(file, 0o600)
    return file
