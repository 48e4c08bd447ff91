"""Storage that does not answer holds up nothing: not the call, not the next, not the end."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.tutela.tracked import MODULE, alone
from tutela import track

__all__ = ["alone"]

pytestmark = pytest.mark.usefixtures("alone")


class Hanging:
    """A path that is known once somebody writes into a pipe."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self.pipe = pipe

    def __fspath__(self) -> str:
        return self.pipe.read_text()

    def release(self, text: str) -> None:
        self.pipe.write_text(text)


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Hanging]:
    one = Hanging(tmp_path / "pipe")
    yield one
    if any(thread.is_alive() for thread in MODULE._late):
        one.release("nowhere")


def test_it_returns_within_its_bound_and_the_next_at_once(
    hanging: Hanging, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "save").mkdir()
    started = time.monotonic()
    assert not track(hanging, timeout=0.3)
    assert 0.3 <= time.monotonic() - started < 10
    assert "not recorded within 0.3 s" in caplog.text
    started = time.monotonic()
    assert not track(tmp_path / "save", timeout=30)
    assert time.monotonic() - started < 10
    assert "an earlier record still waits" in caplog.text


def test_once_the_storage_answers_it_goes_on(hanging: Hanging, tmp_path: Path) -> None:
    (tmp_path / "save").mkdir()
    assert not track(hanging, timeout=0.1)
    hanging.release(str(tmp_path / "save"))
    for thread in MODULE._late:
        thread.join(10)
    assert (tmp_path / "save" / "tutela.record.json").exists()
    assert track(tmp_path / "save")


def test_ctrl_c_ends_the_waiting(hanging: Hanging) -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    started = time.monotonic()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            track(hanging, timeout=30)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - started < 5
    hanging.release("nowhere")


def test_a_store_that_takes_connections_and_never_answers_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        taken: list[socket.socket] = []
        accepting = threading.Thread(target=lambda: taken.append(server.accept()[0]), daemon=True)
        accepting.start()
        started = time.monotonic()
        assert not track("s3://bucket/run/", timeout=2)
        assert time.monotonic() - started < 10
        accepting.join(30)
        assert taken, "it never asked the store"
        server.close()
        taken[0].close()
        for thread in MODULE._late:
            thread.join(30)


AT_THE_END = """
import atexit, os, sys
from tutela import track
os.mkfifo("pipe")
class Hanging:
    def __fspath__(self):
        return open("pipe").read()
def last():
    assert track("save") is (len(sys.argv) == 1)
    assert not track(Hanging(), timeout=0.3)
    assert not track("save", timeout=30)
atexit.register(last)
if len(sys.argv) > 1:
    assert not track(Hanging(), timeout=0.3)
"""


@pytest.mark.parametrize("words", [[], ["earlier"]])
def test_a_process_ends_although_its_storage_hangs(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "save").mkdir()
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Error" not in done.stderr
    assert time.monotonic() - started < 10
    assert (tmp_path / "save" / "tutela.record.json").exists() is (not words)


def test_a_bound_that_makes_no_sense_is_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "save").mkdir()
    for timeout in (float("nan"), 10**400, float("inf"), None, "x"):
        assert track(tmp_path / "save", timeout=timeout)  # type: ignore[arg-type]
