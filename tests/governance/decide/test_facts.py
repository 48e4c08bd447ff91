from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.decide import facts as module
from governance.decide.engine import connect
from governance.decide.facts import MOST_BYTES, build
from governance.decide.listings import Listing
from governance.workspace.config import ProjectConfig
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import NOW, artifact, days, entry, listing, pin, rows

A, B = "runs/a/checkpoint-0/", "runs/a/checkpoint-1/"


def facts(*listings: Listing, projects: dict[str, ProjectConfig] | None = None) -> list[Row]:
    connection = connect()
    build(connection, listings, projects=projects)
    return rows(connection, "SELECT * FROM facts ORDER BY fact")


def one(folder: Path, objects: list[Row], **fields: object) -> Row:
    (row,) = facts(listing(folder / "one", [artifact(0, A, **fields)], objects))
    return row


def test_sums_are_those_of_the_rows(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        [
            entry(0, size=100),
            entry(0, size=30, role="optimizer"),
            entry(0, size=7, role="other"),
            entry(0, size=50, is_latest=False),
            entry(0, size=0, entry="delete_marker", is_latest=False),
            entry(0, size=9, entry="upload"),
        ],
    )
    assert row["bytes"] == 137
    assert (row["bytes_weights"], row["bytes_optimizer"], row["bytes_other"]) == (100, 30, 7)
    assert (row["bytes_noncurrent"], row["bytes_upload"]) == (50, 9)
    assert (row["objects"], row["versions"], row["delete_markers"]) == (3, 4, 1)
    assert row["allocated"] is None


def test_the_latest_delete_marker_is_no_live_object(tmp_path: Path) -> None:
    marker = entry(0, size=0, entry="delete_marker", modified=days(1))
    row = one(tmp_path, [entry(0, is_latest=False), marker], live=False)
    assert (row["bytes"], row["objects"], row["bytes_noncurrent"]) == (0, 0, 10)


def test_mixed_bytes_are_split_as_the_metadata_says_and_never_beyond(tmp_path: Path) -> None:
    mixed = [entry(0, size=100, role="mixed"), entry(0, size=5, role="weights")]
    row = one(tmp_path, mixed, mixed_weights=20, mixed_optimizer=70)
    assert (row["bytes_weights"], row["bytes_optimizer"], row["bytes_other"]) == (25, 70, 10)
    row = one(tmp_path, mixed, mixed_weights=90, mixed_optimizer=90)
    assert (row["bytes_weights"], row["bytes_optimizer"], row["bytes_other"]) == (95, 10, 0)
    row = one(tmp_path, mixed, mixed_weights=-5, mixed_optimizer=-1)
    assert (row["bytes_weights"], row["bytes_optimizer"], row["bytes_other"]) == (5, 0, 100)
    row = one(tmp_path, mixed)
    assert (row["bytes_weights"], row["bytes_optimizer"], row["bytes_other"]) == (5, 0, 100)


def test_sums_that_are_too_large_stop_at_the_largest_number(tmp_path: Path) -> None:
    row = one(tmp_path, [entry(0, size=2**62, allocated=2**62) for _ in range(4)])
    assert row["bytes"] == row["bytes_weights"] == row["allocated"] == MOST_BYTES


def test_times_are_those_of_live_versions_and_touched_of_everything(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        [
            entry(0, modified=days(50)),
            entry(0, modified=days(40)),
            entry(0, modified=days(90), is_latest=False),
            entry(0, modified=days(2), entry="delete_marker", size=0),
        ],
    )
    assert (row["newest"], row["oldest"], row["touched"]) == (days(40), days(50), days(2))


def test_where_nothing_is_live_all_rows_give_the_times(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        [entry(0, modified=days(90), is_latest=False), entry(0, modified=days(80), entry="upload")],
        live=False,
    )
    assert (row["newest"], row["oldest"]) == (days(80), days(90))


@pytest.mark.parametrize(
    "bad", [None, datetime(1970, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)]
)
def test_a_date_that_is_none_makes_the_age_unknown(tmp_path: Path, bad: datetime | None) -> None:
    assert one(tmp_path, [entry(0, modified=bad)])["touched"] is None
    both = one(tmp_path, [entry(0, modified=bad), entry(0, modified=days(3))])
    assert (both["touched"] is None) == (bad is None)


def test_the_last_day_of_the_calendar_is_taken(tmp_path: Path) -> None:
    far = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    row = one(tmp_path, [entry(0, modified=far)])
    assert row["newest"] == far - timedelta(microseconds=far.microsecond)


def test_an_artifact_without_rows_is_there_with_nothing(tmp_path: Path) -> None:
    row = one(tmp_path, [])
    assert (row["bytes"], row["objects"], row["touched"]) == (0, 0, None)


def test_several_listings_share_a_series_where_store_bucket_and_run_agree(tmp_path: Path) -> None:
    found = facts(
        listing(tmp_path / "a", [artifact(0, A), artifact(1, B, run="runs/b/")]),
        listing(tmp_path / "b", [artifact(0, A)]),
        listing(tmp_path / "c", [artifact(0, A)], store="other"),
    )
    series = [row["series"] for row in found]
    assert series[0] == series[2]
    assert len(set(series)) == 3
    assert [row["snapshot"] for row in found] == ["a", "a", "b", "c"]
    assert len({row["fact"] for row in found}) == 4


def test_what_the_listing_could_not_see_stands_in_every_row(tmp_path: Path) -> None:
    (row,) = facts(
        listing(
            tmp_path / "a",
            [artifact(0, A)],
            incomplete="x: it's denied",
            lower_bound=True,
            versions_unknown="no right",
            pins_unknown="no answer",
        )
    )
    assert (row["listing_complete"], row["lower_bound"]) == (False, True)
    assert (row["listing_why"], row["versions_why"], row["pins_why"]) == (
        "x: it's denied",
        "no right",
        "no answer",
    )


def test_projects_and_owners_come_from_the_configuration(tmp_path: Path) -> None:
    projects = {"alpha": ProjectConfig(prefixes=["s3://lab/runs/"], owners=["ada", "grace"])}
    found = facts(
        listing(tmp_path / "a", [artifact(0, A), artifact(1, "else/")]), projects=projects
    )
    assert [(row["project"], row["owners"]) for row in found] == [
        ("alpha", ["ada", "grace"]),
        ("unknown", []),
    ]


def test_pins_are_named_in_facts(tmp_path: Path) -> None:
    connection = connect()
    pins = [pin("s3://lab/" + A, id="b"), pin("s3://lab/runs/", id="a", until=NOW)]
    build(connection, [listing(tmp_path / "a", [artifact(0, A), artifact(1, B)])], pins=pins)
    found = rows(connection, "SELECT pins FROM facts ORDER BY fact")
    assert [row["pins"] for row in found] == [["a", "b"], ["a"]]


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    root = "'; DROP TABLE facts; --{0}$now%/\n\x1b/💩/"
    (row,) = facts(
        listing(tmp_path / "a", [artifact(0, root, run=root)], snapshot="'", incomplete="'{}'")
    )
    assert (row["root"], row["run"], row["snapshot"]) == (root, root, "'")


def test_many_artifacts_are_summed_in_parts_to_the_same_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts = [artifact(n, f"runs/{n % 3}/{n}/", run=f"runs/{n % 3}/") for n in range(7)]
    objects = [entry(n, size=n) for n in (3, 0, 6, 1, 5, 2, 4, 0, 6)]
    whole = facts(listing(tmp_path / "x", artifacts, objects))
    monkeypatch.setattr(module, "PART", 2)
    parts = facts(listing(tmp_path / "x", artifacts, objects))
    drop = {"series"}
    assert [{k: v for k, v in row.items() if k not in drop} for row in parts] == [
        {k: v for k, v in row.items() if k not in drop} for row in whole
    ]
    assert len({row["series"] for row in parts}) == 3
    assert facts(listing(tmp_path / "empty", [], [])) == []
