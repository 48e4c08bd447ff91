"""A few threads that list several prefixes of a bucket at once, with bounded memory.

Threads pay here although Python runs one at a time: a page is mostly waiting for the store.
They are daemons, so that Ctrl-C never waits for a store that does not answer.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence

import pyarrow as pa

QUEUE = 16
"""Pages that may wait for the writer."""
_LAST_WORD = 1.0
"""Seconds that are given to a thread to end after the listing was given up."""

Emit = Callable[[pa.RecordBatch], None]
Work = Callable[[str, Emit], Sequence[str]]


class GivenUpError(Exception):
    """The reader of the listing has gone; never seen outside of a worker."""


class Crew:
    """Runs `work(prefix, emit)` for a prefix and for every prefix that work returns."""

    def __init__(self, work: Work, workers: int) -> None:
        self._work = work
        self._workers = workers
        # Last in, first out: depth first keeps the list of what is still to do short.
        self._todo: list[str] = []
        self._busy = 0
        self._change = threading.Condition()
        self._done: queue.Queue[pa.RecordBatch | BaseException | None] = queue.Queue(QUEUE)
        self._given_up = threading.Event()

    def run(self, first: str) -> Generator[pa.RecordBatch, None, None]:
        """Yield what work emits, in any order; raise the first error that work raises."""
        self._todo.append(first)
        threads = [
            threading.Thread(target=self._labour, name=f"lister-{number}", daemon=True)
            for number in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        try:
            while running:
                found = self._done.get()
                if found is None:
                    running -= 1
                elif isinstance(found, BaseException):
                    raise found
                else:
                    yield found
        finally:
            self._given_up.set()
            with self._change:
                self._change.notify_all()
            for thread in threads:
                thread.join(_LAST_WORD)

    def _labour(self) -> None:
        try:
            while (prefix := self._next()) is not None:
                found: Sequence[str] = ()
                try:
                    found = self._work(prefix, self._emit)
                finally:
                    with self._change:
                        self._busy -= 1
                        self._todo.extend(reversed(found))
                        self._change.notify_all()
            self._put(None)
        except GivenUpError:
            return
        except BaseException as error:  # noqa: BLE001 - handed to the reader, which raises it
            self._hand_over(error)

    def _hand_over(self, error: BaseException) -> None:
        try:
            self._put(error)
        except GivenUpError:
            return

    def _next(self) -> str | None:
        with self._change:
            while not self._todo and self._busy and not self._given_up.is_set():
                self._change.wait()
            if self._given_up.is_set():
                raise GivenUpError
            if not self._todo:
                return None
            self._busy += 1
            return self._todo.pop()

    def _emit(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._put(batch)

    def _put(self, what: pa.RecordBatch | BaseException | None) -> None:
        while not self._given_up.is_set():
            try:
                self._done.put(what, timeout=0.2)
            except queue.Full:
                continue
            return
        raise GivenUpError
