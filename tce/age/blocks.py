"""Blocks of memory that are read into, watched by another thread, and used again."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

Watch = Callable[[memoryview], object]
"""Told bytes in turn, in another thread: `hashlib.sha256().update`. It keeps none of them."""


class Source(Protocol):
    """What is read: any binary file."""

    def readinto(self, into: memoryview, /) -> int | None:
        """Read into `into`; return how much, 0 at the end. Less than all of it is no end."""


class Ring:
    """So many blocks of one size, taken in turn; a block comes again when its watcher is done.

    A context: on leaving without an error everything that was told has been watched.
    """

    def __init__(self, size: int, count: int, watch: Watch | None = None) -> None:
        self.size = size
        self._blocks = [memoryview(bytearray(size)) for _ in range(count)]
        self._pending: list[Future[object] | None] = [None] * count
        self._at = -1
        self._watch = watch
        # One thread: a digest takes its bytes in turn.
        self._pool = ThreadPoolExecutor(1, "watch") if watch else None

    def next(self) -> memoryview:
        """Return the block that was used longest ago.

        Raises:
            Exception: whatever its watcher raised.
        """
        self._at = (self._at + 1) % len(self._blocks)
        self._wait(self._at)
        return self._blocks[self._at]

    def tell(self, data: memoryview) -> None:
        """Have `data`, of any of the blocks, watched."""
        if self._pool is None or self._watch is None:
            return
        holder = data.obj
        for at, block in enumerate(self._blocks):
            if block.obj is holder:
                self._pending[at] = self._pool.submit(self._watch, data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=kind is not None)
        if kind is None:
            for at in range(len(self._blocks)):
                self._wait(at)

    def _wait(self, at: int) -> None:
        pending = self._pending[at]
        if pending is not None:
            self._pending[at] = None
            pending.result()


def blocks(source: Source, ring: Ring) -> Iterator[tuple[memoryview, bool]]:
    """Give what `source` holds, and whether it is the last of it; an empty block if it is empty.

    One block is read ahead, so the ring has two at least. A block is the caller's until the next.
    """
    block = filled(source, ring.next())
    while True:
        after = filled(source, ring.next())
        yield block, not after
        if not after:
            return
        block = after


def filled(source: Source, room: memoryview) -> memoryview:
    """Return what of `room` could be filled: less than all of it only at the end."""
    done = 0
    while done < len(room):
        more = source.readinto(room[done:])
        if not more:
            break
        done += more
    return room[:done]
