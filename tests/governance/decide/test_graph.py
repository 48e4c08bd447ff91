"""Places: what is needed with a folder, a file in an artifact, and what speaks for what."""

from pathlib import Path

import pytest

from tests.governance.decide.graphs import graph_of, needed, reached, root, stored
from tests.governance.decide.oracle_graph import Row
from tests.governance.decide.things import claim, note, rows, said_by

SAVES = ("s3://lab/runs/a/checkpoint-1/", "s3://lab/runs/a/checkpoint-2/")
OTHER = "s3://lab/runs/b/checkpoint-1/"


def test_a_folder_as_target_is_needed_with_all_that_lies_in_it(tmp_path: Path) -> None:
    deep = "s3://lab/runs/a/more/deeper/checkpoint-9/"
    found = needed(tmp_path, [*SAVES, deep, OTHER], root("s3://lab/runs/a"))
    assert found == [*SAVES, deep]


def test_a_folder_speaks_for_what_lies_in_it_without_making_neighbours_needed(
    tmp_path: Path,
) -> None:
    data = "s3://lab/data/v1/"
    said = [root(SAVES[0][:-1]), claim("needs", "s3://lab/runs/a", data[:-1])]
    assert needed(tmp_path, [*SAVES, data, OTHER], *said) == [data, SAVES[0]]


def test_a_run_that_made_a_folder_is_needed_by_what_lies_there(tmp_path: Path) -> None:
    data = "s3://lab/data/v1/"
    said = [
        root(SAVES[0][:-1]),
        claim("made", "mlflow:lab/run/1", "s3://lab/runs/a"),
        claim("needs", "mlflow:lab/run/1", data[:-1]),
    ]
    assert needed(tmp_path, [*SAVES, data], *said) == [data, SAVES[0]]
    assert needed(tmp_path, [*SAVES, data], *said, ancestors=False) == [SAVES[0]]


def test_a_root_that_made_a_place_is_a_reason_for_the_place(tmp_path: Path) -> None:
    made = claim("made", "mlflow:lab/run/1", SAVES[1][:-1], root="mlflow.run", root_name="running")
    assert needed(tmp_path, SAVES, made, ancestors=False) == [SAVES[1]]


def test_a_file_inside_of_an_artifact_means_the_artifact_and_speaks_for_it(tmp_path: Path) -> None:
    data = "s3://lab/data/v1/"
    inside = "s3://lab/runs/a/checkpoint-1/adapter/config.json"
    assert needed(tmp_path, SAVES, root(inside)) == [SAVES[0]]
    said = [root(SAVES[0][:-1]), claim("needs", inside, data[:-1])]
    assert needed(tmp_path, [*SAVES, data], *said) == [data, SAVES[0]]


def test_only_the_innermost_of_two_artifacts_needs_what_a_file_in_it_needs(tmp_path: Path) -> None:
    outer, inner, data = "s3://lab/m/", "s3://lab/m/adapter/", "s3://lab/data/"
    said = claim("needs", "s3://lab/m/adapter/config.json", data[:-1])
    assert data not in needed(tmp_path, [outer, inner, data], root(outer + "x.bin"), said)
    assert needed(tmp_path, [outer, inner, data], root(inner + "x.bin"), said) == [
        data,
        outer,
        inner,
    ]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("tokens.bin", True),
        ("tokens-00.idx", True),
        ("tokens_x", True),
        ("tokens=1", True),
        ("tokensx.bin", False),
        ("token", False),
        ("tokens.bin/more", False),
        ("other/tokens.bin", False),
    ],
)
def test_a_file_whose_name_begins_with_an_artifacts_own_may_be_a_part_of_it(
    tmp_path: Path, place: str, expected: bool
) -> None:
    found = needed(tmp_path, ["s3://lab/data/tokens"], root(f"s3://lab/data/{place}"))
    assert bool(found) is expected


def test_buckets_of_one_name_in_two_stores_are_both_meant(tmp_path: Path) -> None:
    twins: list[str | Row] = [{"uri": SAVES[0], "id": digit * 24} for digit in "ab"]
    assert needed(tmp_path, twins, root(SAVES[0][:-1])) == [SAVES[0], SAVES[0]]


def test_places_of_files_are_places(tmp_path: Path) -> None:
    uris = ["file:///data/a b/checkpoint-1/", "file:///data/a b/checkpoint-2/"]
    assert needed(tmp_path, uris, root("file:///data/a b/checkpoint-1")) == uris[:1]
    assert needed(tmp_path, uris, root("file:///data")) == uris
    assert needed(tmp_path, uris, root("s3://data/a b/checkpoint-1")) == []


def test_a_bucket_is_a_folder(tmp_path: Path) -> None:
    assert needed(tmp_path, [*SAVES, "s3://labs/x/"], root("s3://lab")) == [*SAVES]


def test_a_last_slash_makes_no_other_place(tmp_path: Path) -> None:
    said = [root("s3://lab/runs/b/"), claim("needs", OTHER, "s3://lab/data/v1/")]
    assert needed(tmp_path, [*SAVES, OTHER, "s3://lab/data/v1/"], *said) == [
        "s3://lab/data/v1/",
        OTHER,
    ]


def test_claims_about_nothing_that_is_stored_do_no_harm(tmp_path: Path) -> None:
    said = [
        root("s3://gone/x"),
        claim("needs", "s3://gone/x", "job:1"),
        claim("covers", "dvc:own", SAVES[0]),
        claim("newer", SAVES[0], SAVES[0], step=1),
        note("s3://gone/y", "digest", text="no digest"),
        note(SAVES[0], "digest"),
    ]
    assert needed(tmp_path, SAVES, *said) == []


def test_nobody_claims_anything(tmp_path: Path) -> None:
    with graph_of(tmp_path, stored(*SAVES)) as connection:
        assert rows(connection, "SELECT * FROM edges UNION ALL SELECT * FROM edges") == []


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    nasty = "s3://lab/%_'; DROP TABLE edges; --\n\x1b*/checkpoint-1/"
    said = said_by("mlflow", root(nasty[:-1]), name="';--")
    with graph_of(tmp_path, stored(nasty, *SAVES), said) as connection:
        assert reached(connection) == [nasty]
