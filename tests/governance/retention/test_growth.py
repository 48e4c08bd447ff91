from datetime import timedelta
from pathlib import Path

from governance.retention.growth import Point, from_snapshots, survivors
from governance.retention.report import report
from tests.governance.retention.places import (
    NOW,
    File,
    Thing,
    add_snapshot,
    database,
    days,
    row,
    save,
    workspace,
)


def test_the_sum_begins_when_every_source_was_seen_once() -> None:
    found = from_snapshots(
        {
            "a": [Point(days(30), 100), Point(days(10), 300), Point(days(20), 200)],
            "b": [Point(days(15), 1000), Point(days(5), 900)],
        }
    )
    assert [(point.at, point.live) for point in found.points] == [
        (days(15), 1200),
        (days(10), 1300),
        (days(5), 1200),
    ]
    assert found.basis == "snapshots"


def test_sources_that_are_scanned_one_after_another_make_one_point() -> None:
    later = timedelta(minutes=20)
    found = from_snapshots(
        {
            "a": [Point(days(9), 1), Point(days(1), 2)],
            "b": [Point(days(9) + later, 10), Point(days(1) + later, 20)],
        }
    )
    assert [point.stored for point in found.points] == [11, 22]


def test_one_snapshot_is_no_growth() -> None:
    assert from_snapshots({"a": [Point(NOW, 1)]}).basis == "none"
    assert from_snapshots({"a": [Point(days(1), 1), Point(NOW, 2)], "b": []}).basis == "none"
    assert from_snapshots({}).basis == "none"


def test_survivors_say_that_they_are(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", 1, 100, age=200), save("r/", 2, 100, age=3)])
    growth = report(place, now=NOW).growth
    assert growth.basis == "survivors"
    assert growth.words.startswith("survivors only")
    assert [point.live for point in growth.points] == [0, 410, 820]


def test_what_has_no_time_or_a_future_one_was_there_from_the_beginning(tmp_path: Path) -> None:
    files = [
        File("x/a", 1, modified=None),
        File("x/b", 2, modified=days(-5)),
        File("x/c", 4, modified=days(50)),
    ]
    place = workspace(tmp_path)
    add_snapshot(place, [Thing("x/", files)])
    assert [point.live for point in report(place, now=NOW).growth.points] == [3, 7]


def test_without_any_time_nothing_is_known() -> None:
    connection = database([row(1)])
    connection.execute("CREATE TABLE contents (fact BIGINT, size BIGINT, modified TIMESTAMPTZ)")
    connection.execute("INSERT INTO contents VALUES (1, 5, NULL)")
    assert {item.basis for item in survivors(connection, NOW).values()} == {"none"}
