from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from governance.retention.growth import Basis, Growth, Point
from governance.retention.quota import quota
from tests.governance.retention.places import NOW, days


def _growth(*points: tuple[float, int], basis: Basis = "snapshots") -> Growth:
    return Growth(basis, tuple(Point(days(age), size) for age, size in points))


def _days_from_now(moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - NOW).total_seconds() / 86_400, 1)


def test_the_range_lies_between_the_fastest_and_the_slowest_rate_seen() -> None:
    found = quota("p", 1000, 500, _growth((30, 100), (20, 200), (10, 450), (0, 500)), NOW)
    assert (_days_from_now(found.earliest), _days_from_now(found.latest)) == (20.0, 100.0)
    assert found.words == "between 12 Dec 2026 and 02 Mar 2027 at the rates seen"


def test_a_single_interval_is_taken_from_half_to_double() -> None:
    found = quota("p", 1000, 500, _growth((10, 400), (0, 500)), NOW)
    assert (_days_from_now(found.earliest), _days_from_now(found.latest)) == (25.0, 100.0)


def test_a_store_that_also_shrank_may_never_fill() -> None:
    found = quota("p", 1000, 500, _growth((20, 600), (10, 400), (0, 500)), NOW)
    assert _days_from_now(found.earliest) == 50.0
    assert found.latest is None
    assert "never at the slowest" in found.words


def test_without_two_snapshots_it_cannot_be_known() -> None:
    found = quota("p", 1000, 500, Growth("none"), NOW)
    assert (found.earliest, found.latest, found.basis) == (None, None, "none")
    assert found.words.startswith("cannot be known")


def test_two_scans_of_one_hour_are_no_rate() -> None:
    found = quota("p", 1000, 500, _growth((0.04, 1), (0, 500)), NOW)
    assert found.words.startswith("cannot be known")


def test_survivors_give_only_the_earliest_date_and_say_so() -> None:
    found = quota("p", 1000, 500, _growth((40, 100), (20, 300), (0, 500), basis="survivors"), NOW)
    assert _days_from_now(found.earliest) == 50.0
    assert found.latest is None
    assert found.words == "not before January 2027, judged from what is left (survivors only)"


def test_a_quota_that_is_used_up_is_used_up_now() -> None:
    assert quota("p", 10, 10, Growth("none"), NOW).words == "the quota is used up now"


def test_ten_years_is_as_far_as_anybody_looks() -> None:
    found = quota("p", 10**15, 500, _growth((30, 400), (0, 500)), NOW)
    assert (found.earliest, found.latest) == (None, None)
    assert found.words == "not within ten years at the rates seen"


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=8), st.integers(1, 10**13))
def test_the_earliest_date_is_never_after_the_latest(sizes: list[int], limit: int) -> None:
    points = tuple(Point(days(len(sizes) - n), size) for n, size in enumerate(sizes))
    found = quota("p", limit, sizes[-1], Growth("snapshots", points), NOW)
    if found.earliest and found.latest:
        assert NOW <= found.earliest <= found.latest
    if found.latest:
        assert found.earliest
