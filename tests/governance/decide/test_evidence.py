from datetime import datetime, timedelta

import pytest

from governance.decide.evidence import Doubt, Evidence, Reading
from tests.governance.decide.things import NOW, reading

DAY = timedelta(days=1)


def lacking(evidence: Evidence, *named: str) -> list[str]:
    return list(evidence.lacking(list(named), DAY, NOW))


@pytest.mark.parametrize(
    ("as_of", "doubt", "why"),
    [
        (NOW, None, None),
        (NOW - DAY, None, None),
        (NOW - DAY - timedelta(seconds=1), None, "last read"),
        (NOW + timedelta(seconds=1), None, "future"),
        (None, None, "never read"),
        (NOW, Doubt("HTTP 500"), "HTTP 500"),
        (NOW, Doubt("one pointer", "s3://b/run/"), None),
    ],
)
@pytest.mark.parametrize("named", [["mlflow"], []])
def test_a_source_is_relied_on_only_when_whole_and_fresh(
    as_of: datetime | None, doubt: Doubt | None, why: str | None, named: list[str]
) -> None:
    source = Reading("mlflow", as_of, doubts=(doubt,) if doubt else ())
    said = lacking(Evidence((source,)), *named)
    assert said == [] if why is None else why in said[0]


def test_a_source_that_is_named_and_not_there_is_lacking() -> None:
    assert lacking(Evidence(), "mlflow") == ["mlflow is not configured"]
    only_other = Evidence((reading("mlflow"),))
    assert lacking(only_other, "dvc:all-refs") == ["dvc:all-refs is not configured"]


@pytest.mark.parametrize("name", ["vast:audit", "images", "code"])
def test_a_source_that_answers_no_question_about_need_counts_only_where_it_is_named(
    name: str,
) -> None:
    failed = Evidence((reading(name, why="HTTP 500"),))
    assert lacking(failed) == []
    assert "HTTP 500" in lacking(failed, name)[0]


def test_what_a_scan_read_is_as_old_as_the_scan() -> None:
    old = Evidence((reading("store", NOW - 9 * DAY),))
    assert lacking(old) == []
    assert "too long ago" in lacking(old, "store")[0]


def test_every_source_of_a_kind_has_to_answer_and_one_can_be_named() -> None:
    both = Evidence((reading("mlflow:a"), reading("mlflow:b", why="half a page")))
    assert [one.name for one in both.of("mlflow")] == ["a", "b"]
    assert [one.name for one in both.of("mlflow:a")] == ["a"]
    assert "half a page" in lacking(both, "mlflow:a")[0]


def test_doubts_about_a_place_name_their_source() -> None:
    source = Reading("store", NOW, "bucket", (Doubt("no pointer", "s3://b/run/"),))
    assert list(Evidence((source,)).doubts([], DAY, NOW)) == [
        Doubt("store (bucket): no pointer", "s3://b/run/")
    ]


@pytest.mark.parametrize(
    ("as_of", "doubts", "said"),
    [
        (NOW, (), []),
        (NOW - 9 * DAY, (), ["too long ago"]),
        (NOW + DAY, (), ["future"]),
        (None, (), ["never read"]),
        (None, (Doubt("down", "s3://b/jobs/"),), ["down"]),
        (NOW - 9 * DAY, (Doubt("cut", "s3://b/jobs/x/"),), ["cut", "too long ago"]),
    ],
)
def test_a_source_that_reaches_some_places_is_lacking_there_only(
    as_of: datetime | None, doubts: tuple[Doubt, ...], said: list[str]
) -> None:
    source = Reading("jobs", as_of, "slurm", doubts, reach=("s3://b/jobs/",))
    assert lacking(Evidence((source,)), "jobs") == []
    found = list(Evidence((source,)).doubts([], DAY, NOW))
    assert len(found) == len(said)
    for doubt, words in zip(found, said, strict=True):
        assert words in doubt.words
        assert (doubt.within or "").startswith("s3://b/jobs/")
