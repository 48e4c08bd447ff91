"""Schedules of CronJobs."""

import pytest

from blueprints.check.cluster.cron import minutes_between, mistake


@pytest.mark.parametrize(
    "schedule",
    [
        "17 3 * * *",
        "*/5 * * * *",
        "0 0 1,15 * mon-fri",
        "@daily",
        "@every 1h30m",
        "0 0 29 2 *",
        "0 0 31 2 mon",
        "? * * JAN SUN",
    ],
)
def test_a_schedule_that_means_something_has_no_mistake(schedule: str) -> None:
    assert mistake(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("* * * *", "has 4 fields"),
        ("60 * * * *", "is not a minute"),
        ("0 24 * * *", "is not a hour"),
        ("0 0 0 * *", "is not a day of the month"),
        ("0 0 * 13 *", "is not a month"),
        ("0 0 * * 7", "is not a day of the week"),
        ("*/0 * * * *", "is not a minute"),
        ("5-1 * * * *", "is not a minute"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4 *", "never comes"),
        ("@noon", "is not one of"),
        ("@every day", "is not a duration"),
        ("TZ=UTC 0 0 * * *", "belongs into timeZone"),
    ],
)
def test_a_mistake_is_said_in_words(schedule: str, words: str) -> None:
    assert words in mistake(schedule)


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [("17 3 * * *", 1440), ("*/5 * * * *", 5), ("0 * * * *", 60), ("@hourly", 60), ("x", None)],
)
def test_how_often_a_simple_schedule_runs(schedule: str, minutes: int | None) -> None:
    assert minutes_between(schedule) == minutes
