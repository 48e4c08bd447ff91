"""A process of its own for what may take too long or too much: one question, one answer, each a
line of JSON. A worker that does not answer in time, or ends, is replaced for the next question.
"""

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MOST_MEMORY = 2 << 30
"""Bytes of address space; Go's runtime reserves a good part of it without using it."""
MOST_ANSWER = 256 << 20


class Worker:
    """Asks a module's `answer(question) -> answer` in another process, which starts when needed.

    The process has an empty environment but for what Python needs, an empty folder to be in, and
    no way to write files that are larger than nothing.
    """

    def __init__(self, module: str, seconds: float) -> None:
        """`seconds`: how long one answer may take."""
        self._module = module
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="tutela-check-")

    def ask(self, question: Any) -> dict[str, Any]:
        """The answer; `{"error": why}` where there is none."""
        process = self._process or self._start()
        try:
            if process.stdin is not None:
                process.stdin.write(json.dumps(question).encode() + b"\n")
                process.stdin.flush()
            line = self._line(process)
        except BrokenPipeError:
            line = b""
        if line is None:
            self._stop()
            return {"error": f"it took longer than {self._seconds:.0f} seconds"}
        if not line.endswith(b"\n"):
            self._stop()
            return {"error": "it took more memory than there is for it, or ended"}
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else {"error": "no answer"}

    def _start(self) -> subprocess.Popen[bytes]:
        limit = str(int(self._seconds) + 2)
        room = Path(__file__).parents[2]
        self._process = subprocess.Popen(  # noqa: S603 - this package's own module
            [sys.executable, "-P", "-m", "blueprints.check.worker", self._module, limit],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env={"PYTHONPATH": str(room), "HOME": self._folder.name, "PATH": os.defpath},
            start_new_session=True,
        )
        return self._process

    def _line(self, process: subprocess.Popen[bytes]) -> bytes | None:
        if process.stdout is None:
            return b""
        descriptor = process.stdout.fileno()
        end = time.monotonic() + self._seconds
        parts: list[bytes] = []
        size = 0
        while size < MOST_ANSWER:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            part = os.read(descriptor, 1 << 20)
            parts.append(part)
            size += len(part)
            if not part or part.endswith(b"\n"):
                break
        return b"".join(parts)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._folder.cleanup()


def serve(module: str, seconds: int) -> None:
    """Answer questions on standard input until it ends; what else is printed goes nowhere.

    An answer that takes longer than `seconds` ends the process, also when nobody waits any more.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answer: Callable[[Any], dict[str, Any]] = import_module(module).answer
    for line in sys.stdin.buffer:
        signal.alarm(seconds)
        out.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        out.flush()
        signal.alarm(0)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
