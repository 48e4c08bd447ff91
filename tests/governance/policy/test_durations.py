from datetime import timedelta

import pytest

from governance.policy.durations import Duration, parse_duration

DAY = 86_400


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [
        ("1s", 1, "1 second"),
        ("30min", 1800, "30 minutes"),
        ("48h", 2 * DAY, "48 hours"),
        ("14d", 14 * DAY, "14 days"),
        ("1w", 7 * DAY, "1 week"),
        (" 2 y ", 732 * DAY, "2 years"),
        ("+3d", 3 * DAY, "3 days"),
        ("007d", 7 * DAY, "7 days"),
        ("200y", 200 * 366 * DAY, "200 years"),
    ],
)
def test_reads_a_span(text: str, seconds: int, words: str) -> None:
    span = parse_duration(text)
    assert (span.seconds, span.words) == (seconds, words)
    assert span.delta == timedelta(seconds=seconds)
    assert span.micros == seconds * 1_000_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-14d", "negative"),
        ("0d", "nothing"),
        ("201y", "200 years"),
        ("999999999y", "200 years"),
        ("14", "not a duration"),
        (14, "needs a unit"),
        (None, "needs a unit"),
        (True, "needs a unit"),
        ("", "not a duration"),
        ("30m", "minutes (30min) or months"),
        ("3mo", "minutes (30min) or months"),
        ("14D", "no such unit"),
        ("14 fortnights", "no such unit"),
        ("1.5d", "not a duration"),
        ("1d12h", "not a duration"),
        ("٣d", "not a duration"),
        ("9" * 5000 + "d", "not a duration"),
    ],
)
def test_refuses_what_is_no_span(text: object, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("(", r"\(").replace(")", r"\)")):
        parse_duration(text)


def test_spans_are_equal_when_they_last_as_long() -> None:
    assert parse_duration("48h") == parse_duration("2d")
    assert parse_duration("1d") < parse_duration("25h")
    assert parse_duration(Duration(5, "5 seconds")).seconds == 5


def test_a_year_is_never_shorter_than_a_calendar_year() -> None:
    for years in range(1, 30):
        assert parse_duration(f"{years}y").seconds >= (years * 365.25) * DAY
