"""Runs a program that somebody asked for: no shell, an environment of its own, a bound on time and
output, in a folder outside of the repository.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_OUTPUT = 256 << 20
"""Bytes of each stream, and of any file that it writes."""
_LARGEST_FILE = 2 << 30


@dataclass(frozen=True)
class Ran:
    """How it ended."""

    code: int
    """Negative: the signal that ended it."""
    out: str
    err: str
    in_time: bool

    @property
    def last_words(self) -> str:
        """The last line that it said on standard error, for people; at most 200 characters."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        return lines[-1][:200] if lines else f"exit code {self.code}"


def run(argv: Sequence[str], folder: Path, home: Path, seconds: float) -> Ran:
    """Run a program to its end, or kill it and what it started. Raises OSError."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 - no shell; the program is one of a fixed list
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env=environment(Path(argv[0]), home),
            start_new_session=True,
            preexec_fn=_bounds,
        )
        in_time = True
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            in_time = False
        finally:
            _end(process)
        return Ran(process.returncode, _read(out.fileno()), _read(err.fileno()), in_time)


def environment(program: Path, home: Path) -> dict[str, str]:
    """Nothing of the caller's: no credentials, no proxies, no settings of other tools."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "TMPDIR": str(home),
        "PATH": os.pathsep.join((str(program.parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONSAFEPATH": "1",
        "CHECKPOINT_DISABLE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": "/",
    }


def _bounds() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the whole session: what a program leaves behind ends with it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(descriptor: int) -> str:
    return os.pread(descriptor, MOST_OUTPUT, 0).decode("utf-8", "replace")


def programs(environ: Mapping[str, str]) -> str:
    """Where external tools are looked for: beside this Python first, then on PATH."""
    return os.pathsep.join((os.path.dirname(sys.executable), environ.get("PATH", os.defpath)))


def find(name: str, path: str, repository: Path) -> Path | None:
    """Where a program is: on the search path, but never in the repository that is checked."""
    folders = [folder for folder in path.split(os.pathsep) if os.path.isabs(folder)]
    top = repository.resolve()
    while folders:
        found = shutil.which(name, path=os.pathsep.join(folders))
        if found is None:
            return None
        if not Path(found).resolve().is_relative_to(top):
            return Path(found)
        folders = [one for one in folders if Path(one) != Path(found).parent]
    return None
