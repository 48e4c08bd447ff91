"""Text for people: nothing hidden, aligned, at most 100 columns."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.display import (
    WIDTH,
    count,
    day,
    shorten,
    size,
    span,
    table,
    visible,
    when,
    width,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("runs/a/checkpoint-10/", "runs/a/checkpoint-10/"),
        ("Zürich 界 👍", "Zürich 界 👍"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("\u202egpj.exe\u202c \u2066x\u2069", "\\u202egpj.exe\\u202c \\u2066x\\u2069"),
        ("zero\u200bwidth\u200d\ufeff\u00ad", "zero\\u200bwidth\\u200d\\ufeff\\xad"),
        ("\u2028\u2029\u0085", "\\u2028\\u2029\\x85"),
        ("a\u00a0b\u3000c\u2800d\u3164e", "a\\xa0b\\u3000c\\u2800d\\u3164e"),
        ("\ud800\udcff", "\\ud800\\udcff"),
        ("\U000e0041\ufe0f\U000e01ef", "\\U000e0041\\ufe0f\\U000e01ef"),
        ("e\u0301" + "\u0301" * 3, "e\u0301\u0301\\u0301\\u0301"),
        ("\u0301a", "\\u0301a"),
        ("<script>", "<script>"),
        ("\ue000\U0010ffff", "\\ue000\\U0010ffff"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_visible_text_is_printable_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    shown.encode()


@given(st.text(max_size=80), st.integers(1, 50))
def test_shortened_text_fits_and_keeps_both_ends(text: str, columns: int) -> None:
    text = visible(text)
    short = shorten(text, columns)
    assert width(short) <= columns
    if short != text:
        head, tail = short.split("…", 1) if "…" not in text else (short[:1], "")
        assert text.startswith(head.removesuffix("…"))
        assert text.endswith(tail)


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert width("abc") == 3
    assert width("界👍") == 4
    assert width("e\u0301") == 1
    assert shorten("界界界界", 5) == "界…界"
    assert shorten("abcdefgh", 5) == "ab…gh"
    assert shorten("abcdefgh", 1) == "…"
    assert shorten("abcdefgh", 0) == ""


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (980 * 10**9, "980 GB"),
        (1_234_567_890_123, "1.2 TB"),
        (5 * 10**18, "5.0 EB"),
        (5 * 10**21, "5,000 EB"),
        (-1_500_000, "-1.5 MB"),
    ],
)
def test_sizes_are_decimal_and_short(amount: int, text: str) -> None:
    assert size(amount) == text


def test_counts_dates_and_spans_read_well() -> None:
    moment = datetime(2026, 11, 22, 1, 20, tzinfo=timezone(timedelta(hours=2)))
    assert count(1234567) == "1,234,567"
    assert (day(moment), when(moment)) == ("2026-11-21", "2026-11-21 23:20 UTC")
    assert (day(None), when(None)) == ("unknown", "unknown")
    assert moment.tzinfo is not UTC
    spans = [0, 1, 119, 120, 7199, 7200, 172799, 172800, -7200]
    assert [span(timedelta(seconds=seconds)) for seconds in spans] == [
        "0 seconds",
        "1 second",
        "119 seconds",
        "2 minutes",
        "119 minutes",
        "2 hours",
        "47 hours",
        "2 days",
        "-2 hours",
    ]


def test_a_table_is_aligned() -> None:
    text = table(["name", "size", "why"], [["a", "1.0 kB", ""], ["界", "17 B", "x"]], right={1})
    assert text.split("\n") == [
        "name    size  why",
        "a     1.0 kB",
        "界      17 B  x",
    ]


def test_whole_columns_are_not_cut() -> None:
    name = "s3:GetBucketObjectLockConfiguration"
    line = table(["a", "b"], [["x" * 200, name]], whole={1}).split("\n")[1]
    assert width(line) == WIDTH
    assert line.endswith(name)


def test_a_wide_table_is_cut_in_the_middle_of_its_widest_columns() -> None:
    rows = [["s3://bucket/" + "x" * 300 + "/end", "kept by rule thin-sft", "123 GB"]]
    line = table(["artifact", "why", "size"], rows, right={2}).split("\n")[1]
    assert width(line) == WIDTH
    assert line.startswith("s3://bucket/")
    assert "…" in line
    assert line.endswith("/end  kept by rule thin-sft  123 GB")


@given(
    st.lists(
        st.tuples(st.text(max_size=150), st.text(max_size=150), st.integers(0, 10**19).map(size)),
        max_size=5,
    )
)
def test_no_row_is_wider_than_the_page_or_breaks_the_line(rows: list[tuple[str, str, str]]) -> None:
    lines = table(["one", "two", "size"], rows, right={2}).split("\n")
    assert len(lines) == len(rows) + 1
    assert all(width(line) <= WIDTH for line in lines)
    assert all(line.isprintable() for line in lines)
