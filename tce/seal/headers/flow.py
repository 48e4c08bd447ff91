"""Work that several threads do, a bounded amount ahead of whoever takes its results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def flow(
    do: Callable[[_T], _R], every: Iterable[_T], threads: int, ahead: int = 64
) -> Iterator[_R]:
    """As ``map``, by `threads` threads, with `ahead` calls made and not yet taken at most.

    What raises is raised where its result would have been taken; what comes after it may have been
    done. `every` is read by whoever takes the results.
    """
    waiting: deque[Future[_R]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for one in every:
                waiting.append(pool.submit(do, one))
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for left in waiting:
                left.cancel()
