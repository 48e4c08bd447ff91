from collections.abc import Iterator

import duckdb
import pytest

from governance.lineage.index import based, folders, is_place, near
from governance.retention.rows import records
from tests.governance.lineage.lab import RUN, project, uri


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = project(tmp_path_factory.mktemp("project"))
    yield connection
    connection.close()


def test_folders_are_all_that_a_place_lies_in() -> None:
    assert folders("s3://b/a/c/d/") == ["s3://b", "s3://b/a", "s3://b/a/c"]
    assert folders("file:///p/x") == ["file:///p"]
    assert folders("s3://b") == []


def test_places_are_in_stores() -> None:
    assert is_place("s3://b/k")
    assert is_place("file:///p")
    assert not is_place("mlflow:lab/run/1")
    assert based("s3://b/k/") == "s3://b/k"


def test_texts_are_those_of_claims_that_are_no_artifact(lab: duckdb.DuckDBPyConnection) -> None:
    found = {str(row["text"]) for row in records(lab, "SELECT text FROM texts")}
    assert RUN in found
    assert uri("runs/gone/checkpoint-1") in found
    assert uri("released/llama") not in found


def test_neighbours_up_are_needs_names_and_the_maker(lab: duckdb.DuckDBPyConnection) -> None:
    found, rest = near(lab, [(0, RUN, False), (1, uri("runs/sft/"), True)], "up", 10)
    assert {(one.key, one.relation, one.text, one.outward) for one in found} == {
        (0, "needs", uri("tmp/corpus-copy/"), True),
        (0, "needs", "commit:" + "ab" * 20, True),
        (1, "made", RUN, False),
    }
    assert rest == []


def test_neighbours_beyond_the_limit_are_counted_by_kind(lab: duckdb.DuckDBPyConnection) -> None:
    found, rest = near(lab, [(7, RUN, False)], "up", 0)
    assert found == []
    assert rest == [(7, "dataset", 1), (7, "thing", 1)]


def test_what_a_folder_stands_for_its_parts_do_not(lab: duckdb.DuckDBPyConnection) -> None:
    version = "mlflow:lab/version/llama/3"
    assert near(lab, [(0, version, True)], "up", 10)[0] == []
    assert len(near(lab, [(0, version, False)], "up", 10)[0]) == 1
