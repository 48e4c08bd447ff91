"""Real command lines: what they print on stdout and stderr, and how they end.

A session is a text file in `tests/sessions/`, replayed from top to bottom in an empty folder:

    # a remark
    > policy.yaml 2026-11-01T00:00:00Z     a file is written, as old as said (default: now)
    | version: 1
    $ tutela policy lint policy.yaml       a command; what follows is what it prints
    no problem found
    ! tutela: error: ...                   a line on stderr
    [1]                                    the exit code, where it is not 0

The clock stands at `NOW`. The folder is written `@@DIR@@`, the version `@@VERSION@@`. Write the
commands and run `pytest tests/test_sessions.py --update-golden`; then read what was filled in.
"""

import os
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.program import run
from tutela import __version__
from tutela.exit_codes import ExitCode

SESSIONS = sorted((Path(__file__).parent / "sessions").glob("*.txt"))
NOW = "2026-11-22T01:20:00Z"


def replay(script: str, folder: Path) -> str:
    """The session with what its commands print now."""
    told: list[str] = []
    for block in blocks(script.splitlines()):
        first = block[0]
        if first.startswith("$ "):
            told += [first, *told_by(first[2:], folder), ""]
        elif first.startswith("> "):
            write(first[2:].split(), [line[2:] for line in block[1:]], folder)
            told += [*block, ""]
        else:
            told += [*block, ""]
    return "\n".join(told).rstrip("\n") + "\n"


def blocks(lines: list[str]) -> Iterator[list[str]]:
    """Remarks, files and commands; what a command printed before is left out."""
    block: list[str] = []
    for line in lines:
        if line.startswith(("$ ", "> ")) or (line.startswith("# ") and block[:1] != [line]):
            fresh = not (line.startswith("# ") and block and block[-1].startswith("# "))
            if fresh and block:
                yield block
                block = []
            block.append(line)
        elif block and (block[0].startswith("> ") and line.startswith("|")):
            block.append(line)
    if block:
        yield block


def write(words: list[str], lines: list[str], folder: Path) -> None:
    file = folder / words[0]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if len(words) > 1:
        moment = datetime.fromisoformat(words[1]).timestamp()
        os.utime(file, (moment, moment))


def told_by(command: str, folder: Path) -> list[str]:
    words = shlex.split(command.replace("@@DIR@@", str(folder)))
    assert words[0] == "tutela", command
    ran = run(*words[1:], cwd=folder, environ={"TUTELA_NOW": NOW})
    assert ran.code != ExitCode.BUG, ran.err  # never to be written down as what is right
    told = scrub(ran.out, folder).splitlines()
    told += [f"! {line}".rstrip() for line in scrub(ran.err, folder).splitlines()]
    return [*told, *([f"[{ran.code}]"] if ran.code else [])]


def scrub(text: str, folder: Path) -> str:
    return text.replace(str(folder), "@@DIR@@").replace(__version__, "@@VERSION@@")


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_it_goes_as_written(session: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = session.read_text(encoding="utf-8")
    told = replay(written, tmp_path)
    if request.config.getoption("--update-golden"):
        session.write_text(told, encoding="utf-8")
        return
    assert told == written


def test_there_are_sessions() -> None:
    assert SESSIONS
