"""What a tool is to a check, and the list of them: every module here that has a `NAME`.

A tool works on a copy of the repository's files in a folder of its own: regular files only, no
`.git`, no links, none of the files by which a repository could load code into the tool or tell
it to look away. What it says comes back as findings under its own name.
"""

import importlib
import os
import pkgutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from blueprints.check import tools as folder
from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.tools.process import Ran, find, run
from blueprints.display import visible

SECONDS = 600.0
"""For one run of a tool."""
MOST_COPIED = 2 << 30


class Running(Protocol):
    """What a tool's module is given."""

    @property
    def copy(self) -> Path:
        """The copy of the repository."""

    @property
    def scratch(self) -> Path:
        """An empty folder; also where the tool runs."""

    @property
    def trusted(self) -> bool:
        """Code of the repository may be loaded (`--unsafe-trust-repo`)."""

    def __call__(self, *arguments: str, inside: bool = False) -> Ran:
        """Run the tool; `inside` the copy, or in `scratch`."""


@dataclass(frozen=True)
class Tool:
    """One external tool: the module of that name."""

    name: str
    program: str
    summary: str
    loads_code: str
    """What of a repository's it runs; "" for nothing."""
    safe_part: bool
    """It has something to do without trust."""
    leave_out: tuple[str, ...]
    """Names of files that are not in the copy."""
    concerns: Callable[[Repository], bool]
    check: Callable[[Repository, Running], Iterator[Finding | NotChecked]]


_HELPERS = {"process", "sarif", "tool", "validate"}


def names() -> tuple[str, ...]:
    """The names of all tools, sorted."""
    modules = (one.name for one in pkgutil.iter_modules(folder.__path__))
    return tuple(sorted(name.replace("_", "-") for name in modules if name not in _HELPERS))


@cache
def tool(name: str) -> Tool:
    """One of `names`."""
    module = importlib.import_module(f"{folder.__name__}.{name.replace('-', '_')}")
    return Tool(
        name,
        module.PROGRAM,
        (module.__doc__ or "").partition("\n")[0],
        module.LOADS_CODE,
        module.SAFE_PART,
        module.LEAVE_OUT,
        module.concerns,
        module.check,
    )


@dataclass(frozen=True)
class _Run:
    program: Path
    copy: Path
    scratch: Path
    trusted: bool
    ran: list[Ran]

    def __call__(self, *arguments: str, inside: bool = False) -> Ran:
        where = self.copy if inside else self.scratch
        ran = run([str(self.program), *arguments], where, self.scratch, SECONDS)
        self.ran.append(ran)
        return ran


def use(one: Tool, repo: Repository, path: str, *, trusted: bool) -> Iterator[Finding | NotChecked]:
    """Run a tool and yield what it says; `path` is where programs are looked for."""
    if one.loads_code and not trusted and not one.safe_part:
        reason = f"loads code from the repository ({one.loads_code}): --unsafe-trust-repo"
        yield NotChecked(one.name, reason)
        return
    if not one.concerns(repo):
        return
    program = find(one.program, path, repo.folder)
    if program is None:
        yield NotChecked(one.name, f"{one.program} is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="tutela-tool-") as place:
        copy, scratch = Path(place, "repository"), Path(place, "scratch")
        scratch.mkdir()
        if not _copy(repo, copy, () if trusted else one.leave_out):
            yield NotChecked(one.name, f"the repository is larger than {MOST_COPIED >> 30} GiB")
            return
        running = _Run(program, copy, scratch, trusted, [])
        try:
            yield from one.check(repo, running)
        except (OSError, ValueError) as error:
            yield NotChecked(one.name, f"{one.program} gave nothing that can be read: {error}")
        if not all(ran.in_time for ran in running.ran):
            yield NotChecked(one.name, f"took longer than {SECONDS:.0f} seconds")
    if one.loads_code and not trusted:
        reason = f"a part of it loads code ({one.loads_code}): --unsafe-trust-repo"
        yield NotChecked(one.name, reason)


def _copy(repo: Repository, into: Path, leave_out: Sequence[str]) -> bool:
    into.mkdir()
    left = MOST_COPIED
    for path in repo.files:
        if path.rpartition("/")[2] in leave_out or visible(path) != path:
            continue
        left -= repo.size(path)
        if left < 0:
            return False
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(repo.read(path))
        os.chmod(target, 0o755 if repo.is_executable(path) else 0o644)
    return True
