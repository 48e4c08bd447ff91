import io
import threading
from pathlib import Path

import pytest

from tce.age import blocks
from tce.age.blocks import Block, Work, filled, put, run
from tests.tce.age.sealed import text


def copied(block: Block, room: memoryview) -> int:
    room[: len(block.data)] = block.data
    return len(block.data)


@pytest.fixture(params=[1, 2, 3])
def _threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "threads", lambda: request.param)


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 21, 1000])
def test_everything_goes_through_in_order(size: int) -> None:
    seen: dict[str, bytearray] = {"before": bytearray(), "after": bytearray()}
    numbers = []

    def change(block: Block, room: memoryview) -> int:
        numbers.append((block.number, block.last))
        return copied(block, room)

    sink = io.BytesIO()
    work = Work(10, 10, change, seen["before"].extend, seen["after"].extend)
    assert run(io.BytesIO(text(size)), sink, work) == (size, size)
    assert sink.getvalue() == seen["before"] == seen["after"] == text(size)
    last = max(0, (size - 1) // 10)
    assert sorted(numbers) == [(number, number == last) for number in range(last + 1)]


class Dribble(io.RawIOBase):
    """Gives less than it is asked for."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        return self._rest.readinto(into[:7])


class Reluctant:
    """Takes less than it is given."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def write(self, data: memoryview) -> int:
        self.taken += data[:3]
        return min(3, len(data))


def test_short_reads_and_writes_are_repeated() -> None:
    assert filled(Dribble(b"a" * 20), memoryview(bytearray(16))) == b"a" * 16
    assert filled(Dribble(b"a" * 9), memoryview(bytearray(16))) == b"a" * 9
    sink = Reluctant()
    put(sink, memoryview(b"0123456789"))
    assert sink.taken == b"0123456789"


@pytest.mark.usefixtures("_threads")
def test_the_first_error_in_order_is_told_and_nothing_after_it_written() -> None:
    def change(block: Block, room: memoryview) -> int:
        if block.number in (5, 6, 7):
            raise ValueError(str(block.number))
        return copied(block, room)

    for _ in range(20):
        sink = io.BytesIO()
        with pytest.raises(ValueError, match="5"):
            run(io.BytesIO(text(1000)), sink, Work(10, 10, change))
        assert sink.getvalue() == text(50)


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("where", ["source", "before", "after", "sink"])
def test_whatever_goes_wrong_ends_every_thread(where: str) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    class Broken(io.BytesIO):
        readinto = full

        write = full

    work = Work(
        10,
        10,
        copied,
        full if where == "before" else None,
        full if where == "after" else None,
    )
    source = Broken() if where == "source" else io.BytesIO(text(500))
    sink = Broken() if where == "sink" else io.BytesIO()
    with pytest.raises(OSError, match="No space"):
        run(source, sink, work)
    assert not [one for one in threading.enumerate() if one.name == "blocks"]


@pytest.mark.usefixtures("_threads")
def test_an_interrupt_ends_every_thread() -> None:
    def change(block: Block, room: memoryview) -> int:
        if block.number == 3:
            raise KeyboardInterrupt
        return copied(block, room)

    with pytest.raises(KeyboardInterrupt):
        run(io.BytesIO(text(500)), io.BytesIO(), Work(10, 10, change))
    assert not [one for one in threading.enumerate() if one.name == "blocks"]


def test_two_threads_at_most_share_a_stream() -> None:
    assert 1 <= blocks.threads() <= blocks.THREADS


def test_a_full_disk_is_an_error() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full")
    with (
        full.open("wb", buffering=0) as sink,
        pytest.raises(OSError, match="No space left on device"),
    ):
        run(io.BytesIO(text(100)), sink, Work(10, 10, copied))
