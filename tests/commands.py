"""Writes docs/commands.md: what each command says of itself. `make docs` calls it."""

from collections.abc import Iterator
from pathlib import Path

import typer

from tests.program import run
from tutela.program import app

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"

_HEAD = """\
# Commands

What `--help` says, command by command. Written by `make docs`; a test holds it against the program.
`--json` may stand anywhere in a command line.
"""


def commands() -> Iterator[tuple[str, ...]]:
    """Every command line that does something, without its arguments: ("catalog", "scan")."""
    yield from _below(typer.main.get_command(app), ())


def _below(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, one in inner.items():
        yield from _below(one, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """What the program prints for `--help`, 100 columns wide."""
    return run(*path, "--help").out


def page() -> str:
    """The whole page."""
    parts = [_HEAD, f"```\n{help_of(())}```\n"]
    for path in commands():
        parts += [f"## tutela {' '.join(path)}\n", f"```\n{help_of(path)}```\n"]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
