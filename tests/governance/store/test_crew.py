import threading
import time
from collections.abc import Sequence

import pyarrow as pa
import pytest

from governance.store.crew import QUEUE, Crew, Emit


def row(text: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"key": text}])


def names(batches: Sequence[pa.RecordBatch]) -> list[str]:
    return sorted(key for batch in batches for key in batch.column("key").to_pylist())


@pytest.mark.parametrize("workers", [1, 4])
def test_every_prefix_that_work_finds_is_worked_on_once(workers: int) -> None:
    def work(prefix: str, emit: Emit) -> Sequence[str]:
        emit(row(prefix))
        return [f"{prefix}{child}" for child in "ab"] if len(prefix) < 4 else ()

    found = names(list(Crew(work, workers).run("")))
    assert len(found) == len(set(found)) == 2**5 - 1


def test_the_first_error_is_raised_where_the_rows_are_taken() -> None:
    def work(prefix: str, emit: Emit) -> Sequence[str]:
        emit(row(prefix))
        if prefix == "bad":
            raise ValueError("no")
        return ["good", "bad"] if not prefix else ()

    with pytest.raises(ValueError, match="no"):
        list(Crew(work, 3).run(""))


def test_who_stops_taking_rows_stops_the_work() -> None:
    began = threading.active_count()
    started = []

    def work(prefix: str, emit: Emit) -> Sequence[str]:
        started.append(prefix)
        for number in range(10_000):
            emit(row(f"{prefix}{number}"))
        return ()

    rows = Crew(work, 1).run("x")
    next(rows)
    rows.close()
    assert started == ["x"]
    deadline = time.monotonic() + 5
    while threading.active_count() > began and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == began


def test_pages_that_nobody_takes_are_bounded() -> None:
    made = []

    def work(prefix: str, emit: Emit) -> Sequence[str]:
        for number in range(1000):
            made.append(number)
            emit(row(str(number)))
        return ()

    rows = Crew(work, 2).run("")
    next(rows)
    time.sleep(0.3)
    assert len(made) <= QUEUE + 3
    assert len(list(rows)) == 999


def test_empty_pages_are_not_handed_on() -> None:
    def work(prefix: str, emit: Emit) -> Sequence[str]:
        emit(row("x").slice(0, 0))
        return ()

    assert list(Crew(work, 2).run("")) == []
