"""One line of status on stderr for a person who waits."""

import shutil
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from blueprints.display import shorten, visible, width

EVERY = 0.5
"""Seconds between two lines."""


class StatusLine:
    """A line that is written over and over. Silent unless the stream is a terminal that can."""

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str],
        *,
        quiet: bool,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._silent = quiet or not stream.isatty() or environ.get("TERM", "dumb") == "dumb"
        self._tick = tick
        self._next = 0.0
        self._columns = 0

    def show(self, text: str) -> None:
        """Replace the line, at most once in half a second; what comes sooner is dropped."""
        if self._silent or self._tick() < self._next:
            return
        self._next = self._tick() + EVERY
        line = shorten(visible(text), shutil.get_terminal_size().columns - 1)
        self._write(line)

    def clear(self) -> None:
        """Wipe the line, so that what follows starts on a clean one."""
        if self._columns:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, line: str) -> None:
        columns = width(line)
        # Blanks instead of an erase sequence: nothing here needs a terminal type.
        self._stream.write("\r" + line + " " * max(0, self._columns - columns))
        self._stream.flush()
        self._columns = columns
