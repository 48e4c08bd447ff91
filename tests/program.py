"""The program as a function: a command line, and what it printed. Quicker than a process each."""

import io
import os
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tutela.program import main


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str


def run(*words: str, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> Ran:
    """Run one command line in this process, 100 columns wide, on no terminal."""
    out, err = io.StringIO(), io.StringIO()
    variables = {"COLUMNS": "100", **(environ or {})}
    with (
        patch.dict(os.environ, variables),
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(words)
    return Ran(code, out.getvalue(), err.getvalue())
