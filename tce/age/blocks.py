"""A stream in blocks: read, changed, watched and written by two threads that take turns.

Reading, watching (a digest) and writing are done in order, one block after the other; changing (a
cipher) is done at the same time. A thread keeps its block from reading to writing, so that it
stays in the cache of one core, and uses its memory again for the next: fresh memory costs a page
fault each 4 KiB, which takes longer than encrypting it. One block is read ahead, whole, so that the
last is known for it and every read begins at a page, of the file and of memory.
"""

import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Lock, Thread
from typing import Protocol

THREADS = 2
"""At most: one is busy with the digest, the slowest part, while the other does all the rest."""

Watch = Callable[[memoryview], object]
"""Told bytes in turn: `hashlib.sha256().update`. It keeps none of them."""


class Source(Protocol):
    """What is read: any binary file. It is asked by several threads, one at a time."""

    def readinto(self, into: memoryview, /) -> int | None:
        """Read into `into`; return how much, 0 at the end. Less than all of it is no end."""


class Sink(Protocol):
    """Where it goes: any binary file. It is given by several threads, one at a time."""

    def write(self, data: memoryview, /) -> int | None:
        """Write `data`, of which nothing may be kept: its memory is used again."""


@dataclass(frozen=True)
class Block:
    """Some of a stream; all but the last are of the same size, which is never empty but alone."""

    number: int
    data: memoryview
    last: bool


@dataclass(frozen=True)
class Work:
    """What is done with each block."""

    size: int
    """Bytes of a block."""
    room: int
    """Most bytes that it is changed into."""
    change: Callable[[Block, memoryview], int]
    """Fills the room with what becomes of a block; returns how much of it."""
    before: Watch | None = None
    """Watches what was read."""
    after: Watch | None = None
    """Watches what is written."""


def run(source: Source, sink: Sink, work: Work) -> tuple[int, int]:
    """Do `work` with all of `source`; return how many bytes were read and written.

    Raises:
        BaseException: the first that went wrong, in the order of the stream. Everything before it
            was written, and nothing after.
    """
    line = _Line(source, sink, work)
    line.start()
    return line.read, line.written


def threads() -> int:
    """Return how many threads share a stream: one on one core, where two only wait."""
    try:
        return min(THREADS, len(os.sched_getaffinity(0)))
    except AttributeError:  # systems without affinities
        return min(THREADS, os.cpu_count() or 1)


def filled(source: Source, room: memoryview) -> memoryview:
    """Return what of `room` could be filled: less than all of it only at the end."""
    done = 0
    while done < len(room):
        more = source.readinto(room[done:])
        if not more:
            break
        done += more
    return room[:done]


def put(sink: Sink, data: memoryview) -> None:
    """Write all of `data`."""
    while data:
        # A raw file may take less than it is given; others say nothing, and take all of it.
        done = sink.write(data)
        if done is None or done >= len(data):
            return
        data = data[done:]


def _memory(size: int) -> memoryview:
    """Return so many bytes that begin at a page."""
    return memoryview(mmap.mmap(-1, size))


class _StoppedError(Exception):
    """An earlier block went wrong."""


class _Line:
    """One stream on its way."""

    def __init__(self, source: Source, sink: Sink, work: Work) -> None:
        self._source = source
        self._sink = sink
        self._work = work
        self._reading = Lock()
        self._free: list[memoryview] = []
        """Memory that holds no block."""
        self._ahead: memoryview | None = None
        """The next block, once the first was read; none at the end."""
        self._blocks = 0
        self._changed = Condition()
        self._turns = {"before": 0, "after": 0, "write": 0}
        self._failed: tuple[int, BaseException] | None = None
        self._alone = True
        """One thread is always in turn."""
        self.read = 0
        self.written = 0

    def start(self) -> None:
        """Do all of it; a stream of one block in this thread alone."""
        self._free = [_memory(self._work.size) for _ in range(2)]
        room = _memory(self._work.room)
        helpers: list[Thread] = []
        try:
            self._ahead = filled(self._source, self._free.pop())
            if self._step(room) and self._ahead is not None:
                helpers = [Thread(target=self._all, name="blocks") for _ in range(threads() - 1)]
                self._free += [_memory(self._work.size) for _ in helpers]
                self._alone = not helpers
                for helper in helpers:
                    helper.start()
                self._all(room)
        except BaseException as error:  # noqa: BLE001 - an interrupt has to end the others too
            self._fail(-1, error)
        for helper in helpers:
            helper.join()
        if self._failed is not None:
            raise self._failed[1]

    def _all(self, room: memoryview | None = None) -> None:
        into = room or _memory(self._work.room)
        while self._step(into):
            pass

    def _step(self, room: memoryview) -> bool:
        """Take one block all the way; False when there is none, or something went wrong."""
        number = -1
        try:
            with self._reading:
                number = self._blocks
                block = self._next()
            if block is None:
                return False
            self._watch("before", self._work.before, block.data, number)
            ready = room[: self._work.change(block, room)]
            self._free.append(memoryview(block.data.obj))
            self._watch("after", self._work.after, ready, number)
            with self._turn("write", number):
                put(self._sink, ready)
                self.written += len(ready)
        except _StoppedError:
            return False
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self._fail(number, error)
            return False
        return True

    def _next(self) -> Block | None:
        """The block that was read before, after another was read ahead."""
        data, self._ahead = self._ahead, None
        if data is None or self._failed is not None:
            return None
        if len(data) == self._work.size:
            # What fails here ends the stream before this block: nothing is ahead any more.
            self._ahead = filled(self._source, self._free.pop()) or None
        self._blocks += 1
        self.read += len(data)
        return Block(self._blocks - 1, data, self._ahead is None)

    def _watch(self, stage: str, watch: Watch | None, data: memoryview, number: int) -> None:
        if watch is not None:
            with self._turn(stage, number):
                watch(data)

    @contextmanager
    def _turn(self, stage: str, number: int) -> Iterator[None]:
        """Wait until `stage` has done all blocks before `number`."""
        if self._alone:
            yield
            self._turns[stage] += 1
            return
        with self._changed:
            self._changed.wait_for(lambda: self._turns[stage] == number or self._over(number))
            if self._over(number):
                raise _StoppedError
        yield
        with self._changed:
            self._turns[stage] += 1
            self._changed.notify_all()

    def _over(self, number: int) -> bool:
        return self._failed is not None and self._failed[0] < number

    def _fail(self, number: int, error: BaseException) -> None:
        """Remember the error of the earliest block, and let those after it end."""
        with self._changed:
            if self._failed is None or number < self._failed[0]:
                self._failed = (number, error)
            self._changed.notify_all()
