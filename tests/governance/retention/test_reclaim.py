import pytest

from governance.retention.reclaim import reclaim
from governance.retention.sources import register
from tests.governance.retention.places import database, row, source


def _bounds(**of_source: object) -> tuple[int, int, tuple[str, ...]]:
    connection = database(
        [row(1, verdict="expire", bytes=100, bytes_noncurrent=10, bytes_upload=1), row(2)]
    )
    register(connection, [source(**of_source)])
    (found,) = reclaim(connection)
    return found.lower, found.upper, found.unknown


def test_a_plain_bucket_without_versions_gives_back_what_is_live() -> None:
    assert _bounds() == (101, 111, ())


def test_where_versions_are_kept_only_uploads_are_sure() -> None:
    lower, upper, (why,) = _bounds(versions="all")
    assert (lower, upper) == (1, 111)
    assert "object locks" in why


@pytest.mark.parametrize(
    ("kind", "word"), [("vast", "similar"), ("generic", "not said"), ("file", "hard links")]
)
def test_stores_that_may_share_blocks_promise_nothing(kind: str, word: str) -> None:
    lower, upper, why = _bounds(type=kind)
    assert (lower, upper) == (0, 111)
    assert word in " ".join(why)


def test_each_rule_has_its_own_bounds_and_kept_artifacts_count_nowhere() -> None:
    connection = database(
        [
            row(1, verdict="expire", rule="a", bytes=5),
            row(2, verdict="expire", rule="b", bytes=7),
            row(3, verdict="expire", rule="b", bytes=7),
            row(4, rule="a"),
        ]
    )
    register(connection, [source()])
    found = [(item.rule, item.artifacts, item.lower, item.upper) for item in reclaim(connection)]
    assert found == [("b", 2, 14, 14), ("a", 1, 5, 5)]


def test_a_missing_right_makes_the_upper_bound_no_bound_and_says_so() -> None:
    connection = database([row(1, verdict="expire", lower_bound=True)])
    register(connection, [source(versions="current")])
    assert any("could not be listed" in words for words in reclaim(connection)[0].unknown)
