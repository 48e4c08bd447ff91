from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.reads.last import LONGEST, LastReads, seconds_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "value",
    [
        *("2026-03-01T12:00:00Z", "2026-03-01 12:00:00.000", "2026-03-01 12:00:00 UTC"),
        *("2026-03-01T12:00:00.000000000Z", "2026-03-01T13:00:00+01:00", "1772366400"),
        *(NOON, NOON * 1e3, int(NOON * 1e6), int(NOON * 1e9)),
        *(datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 12)),  # noqa: DTZ001
    ],
)
def test_times_are_read_in_every_form(value: object) -> None:
    assert seconds_of(value) == NOON


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", True, -1, 0, 1e30, float("nan"), date(2026, 3, 1), [], "1e400"]
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert seconds_of(value) is None


def test_the_latest_read_counts_whatever_the_order() -> None:
    last = LastReads()
    for seconds, by in ((3.0, "c"), (9.0, "a"), (5.0, "b")):
        last.add("s3://b/k", seconds, by)
        last.saw(seconds)
    assert [(one.place, one.seconds, one.by) for one in last] == [("s3://b/k", 9.0, "a")]
    assert (last.first, last.latest, last.folded) == (3.0, 9.0, False)


def test_more_places_than_are_kept_stand_for_their_folders() -> None:
    last = LastReads(most=10)
    for number in range(100):
        last.add(f"s3://b/run/{number // 10}/f{number}", float(number), "x")
    found = {one.place: one.seconds for one in last}
    assert len(found) <= 10
    assert last.folded
    assert max(found.values()) == 99.0


def test_a_name_without_end_stands_for_its_folder() -> None:
    last = LastReads()
    last.add("s3://b/run/" + "x" * 3_000, 1.0, "x")
    assert [one.place for one in last] == ["s3://b/run/"]
    assert all(len(one.place) <= LONGEST for one in last)


def test_buckets_without_end_do_not_hang() -> None:
    last = LastReads(most=4)
    for number in range(50):
        last.add(f"s3://bucket{number}/a/b", 1.0, "x")
    assert len(list(last)) == 50


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.integers(1, 1000)),
        max_size=40,
    ),
    st.integers(2, 8),
)
def test_no_read_is_ever_lost_or_made_older(reads: list[tuple[list[str], int]], most: int) -> None:
    last = LastReads(most=most)
    for names, seconds in reads:
        last.add("s3://b/" + "/".join(names), float(seconds), "x")
    found = list(last)
    for names, seconds in reads:
        place = "s3://b/" + "/".join(names)
        assert any(
            one.seconds >= seconds
            and (one.place == place or (one.place.endswith("/") and place.startswith(one.place)))
            for one in found
        )
