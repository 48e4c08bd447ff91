"""One line of status, for people only."""

import io

import pytest

from tutela.progress import StatusLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def line(stream: io.StringIO, *, quiet: bool = False, term: str = "xterm") -> StatusLine:
    ticks = iter(range(0, 1000, 1))
    return StatusLine(stream, {"TERM": term}, quiet=quiet, tick=lambda: next(ticks))


def test_each_line_replaces_the_one_before() -> None:
    stream = Terminal()
    status = line(stream)
    status.show("listing a")
    status.show("done")
    status.clear()
    assert stream.getvalue() == "\rlisting a\rdone     \r    \r"


def test_lines_that_come_too_soon_are_dropped() -> None:
    stream = Terminal()
    clock = [10.0]
    status = StatusLine(stream, {"TERM": "xterm"}, quiet=False, tick=lambda: clock[0])
    status.show("one")
    clock[0] = 10.4
    status.show("two")
    clock[0] = 10.6
    status.show("three")
    assert stream.getvalue() == "\rone\rthree"


@pytest.mark.parametrize(
    ("stream", "quiet", "term"),
    [(io.StringIO(), False, "xterm"), (Terminal(), True, "xterm"), (Terminal(), False, "dumb")],
)
def test_nobody_is_told_who_cannot_read_it(stream: io.StringIO, quiet: bool, term: str) -> None:
    status = line(stream, quiet=quiet, term=term)
    status.show("listing")
    status.clear()
    assert stream.getvalue() == ""


def test_hostile_names_are_visible_and_the_line_does_not_wrap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    line(stream).show("key \x1b[2J\n" + "x" * 100)
    assert stream.getvalue() == "\rkey \\x1b[…xxxxxxxxx"
