import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.mlflow.answers import AnswerError, TooLongError
from governance.evidence.mlflow.paging import one_before, walk


def token(offset: int, **more: object) -> str:
    return base64.b64encode(json.dumps({"offset": offset, **more}).encode()).decode()


class Listing:
    """A sorted list behind offsets, as MLflow's; before each page something can happen to it."""

    def __init__(self, entries: list[int], events: list[tuple[str, int]]) -> None:
        self.entries = sorted(entries)
        self.events = events
        self.gone: set[int] = set()
        self.asked = 0

    def ask(self, mark: str | None, most: int) -> tuple[list[int], str | None]:
        self.asked += 1
        if self.events:
            what, value = self.events.pop(0)
            if what == "destroy" and self.entries:
                self.gone.add(self.entries.pop(value % len(self.entries)))
            elif what == "create" and value not in self.gone:
                self.entries = sorted({*self.entries, value})
        start = json.loads(base64.b64decode(mark))["offset"] if mark else 0
        rows = self.entries[start : start + most]
        return rows, token(start + most) if len(self.entries) > start + most else None


@given(
    st.lists(st.integers(0, 10_000), unique=True, max_size=60),
    st.lists(
        st.tuples(st.sampled_from(["destroy", "create", "rest"]), st.integers(0, 10_000)),
        max_size=12,
    ),
    st.integers(2, 9),
)
def test_whoever_is_there_all_the_time_is_found_whatever_is_destroyed_and_created_meanwhile(
    entries: list[int], events: list[tuple[str, int]], size: int
) -> None:
    listing = Listing(entries, events)
    try:
        found = list(walk(listing.ask, lambda one: one, size))
    except AnswerError:
        return  # said, so it keeps
    assert len(found) == len(set(found))
    assert set(entries) - listing.gone <= set(found)


def test_a_destroyed_entry_on_an_earlier_page_makes_it_start_again() -> None:
    listing = Listing(list(range(20)), [("rest", 0), ("destroy", 0)])
    assert set(range(1, 20)) <= set(walk(listing.ask, lambda one: one, 5))


def test_a_list_that_moves_at_every_attempt_is_an_error() -> None:
    listing = Listing(list(range(100)), [("rest", 0), ("destroy", 0)] * 20)
    with pytest.raises(AnswerError, match="again and again"):
        list(walk(listing.ask, lambda one: one, 5))


def test_a_quiet_list_costs_one_request_for_each_page() -> None:
    listing = Listing(list(range(10_000)), [])
    assert len(list(walk(listing.ask, lambda one: one, 1_000))) == 10_000
    assert listing.asked == 11, "each page after the first repeats one entry"


def test_marks_that_are_no_offsets_are_handed_back_as_they_are() -> None:
    pages = {None: (["a", "b"], "opaque"), "opaque": (["c"], None)}
    asked = []

    def ask(mark: str | None, most: int) -> tuple[list[str], str | None]:
        asked.append(mark)
        return pages[mark]

    assert list(walk(ask, lambda one: one, 2)) == ["a", "b", "c"]
    assert asked == [None, "opaque"]


@pytest.mark.parametrize("rows", [[], ["a"]])
def test_pages_without_end_are_an_error(rows: list[str]) -> None:
    with pytest.raises(AnswerError, match="no end"):
        list(walk(lambda mark, most: (rows, "again"), lambda one: one, 2))


def test_a_page_that_is_too_much_is_asked_for_in_parts() -> None:
    listing = Listing(list(range(100)), [])

    def ask(mark: str | None, most: int) -> tuple[list[int], str | None]:
        if most > 10:
            raise TooLongError("too long", status=200)
        return listing.ask(mark, most)

    assert list(walk(ask, lambda one: one, 100)) == list(range(100))


def test_an_entry_that_is_too_much_by_itself_is_an_error() -> None:
    def ask(mark: str | None, most: int) -> tuple[list[int], str | None]:
        raise TooLongError("too long", status=200)

    with pytest.raises(TooLongError):
        list(walk(ask, lambda one: one, 100))


def test_the_token_of_logged_models_keeps_what_else_it_says() -> None:
    before = one_before(token(7, experiment_ids=["1"], order_by=None))
    assert before is not None
    assert json.loads(base64.b64decode(before)) == {
        "offset": 6,
        "experiment_ids": ["1"],
        "order_by": None,
    }


@pytest.mark.parametrize(
    "mark", ["", "x", "bm8=", token(0), base64.b64encode(b'{"offset": "7"}').decode(), "é"]
)
def test_what_is_no_offset_is_no_offset(mark: str) -> None:
    assert one_before(mark) is None
