"""Where secret values come from: a file that the environment names, or a person at the terminal.

Not from arguments, which every user of a machine can list, and not from the environment itself,
which is inherited by every program that is started and lands in dumps.
"""

import getpass
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from blueprints.secret import NoSecretError, Secret, nobody

_LONGEST = 1 << 20
_READERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Asker:
    """Asks whoever started this run."""

    environ: Mapping[str, str]
    stdin: TextIO | None
    """Where answers are typed; it has to be a terminal."""
    err: TextIO
    """Where a person is asked."""

    def ask(self, name: str, wanted: str) -> Secret:
        """Return the secret called `name`; a person is asked for `wanted`.

        Raises:
            NoSecretError: neither a file nor a terminal; a file that others may read too, that is
                empty, or that is no file.
        """
        named = self.environ.get(_variable(name))
        if named:
            return _read(Path(named).expanduser(), name)
        if self.stdin is None or not self.stdin.isatty():
            return nobody(name, wanted)
        return Secret(getpass.getpass(f"{wanted}: ", self.err).encode())


def _variable(name: str) -> str:
    return f"TUTELA_{name.upper().replace('-', '_')}_FILE"


def _read(path: Path, name: str) -> Secret:
    """What the file holds, without the end of line that an editor adds."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            # A pipe (`<(command)`) is nobody else's, whatever its mode says.
            if stat.S_ISREG(state.st_mode) and state.st_mode & _READERS:
                raise NoSecretError(f"{path} can be read by others", f"chmod 600 {path}")
            value = file.read(_LONGEST).rstrip(b"\r\n")
    except OSError as error:
        raise NoSecretError(
            f"{_variable(name)} names {path}, which cannot be read: {error.strerror}"
        ) from error
    if not value:
        raise NoSecretError(f"{path} is empty: {_variable(name)} names it")
    return Secret(value)
