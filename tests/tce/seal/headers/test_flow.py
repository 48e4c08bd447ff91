"""Work ahead of its results."""

import threading
from collections.abc import Iterator

import pytest

from tce.seal.headers.flow import flow


@pytest.mark.parametrize(("number", "ahead"), [(0, 1), (1, 1), (5, 1), (5, 64), (200, 7)])
def test_results_come_in_order(number: int, ahead: int) -> None:
    assert list(flow(lambda one: one * 2, range(number), 4, ahead)) == [
        one * 2 for one in range(number)
    ]


def test_no_more_is_read_than_is_allowed_ahead() -> None:
    read: list[int] = []

    def every() -> Iterator[int]:
        for one in range(100):
            read.append(one)
            yield one

    results = flow(lambda one: one, every(), 2, ahead=5)
    assert next(results) == 0
    assert len(read) == 5
    results.close()  # type: ignore[attr-defined]  # an iterator to its callers
    assert len(read) == 5


def test_several_threads_do_it_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=10)
    assert len(list(flow(lambda _: together.wait(), range(3), 3))) == 3


def test_what_fails_is_raised_in_its_place() -> None:
    def half(one: int) -> int:
        if one == 3:
            raise ValueError(one)
        return one

    results = flow(half, range(10), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(results)
