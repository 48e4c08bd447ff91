from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from governance.retention.decided import decide_workspace
from governance.retention.find import AmbiguousArtifactError, NoSuchArtifactError, find
from governance.retention.rows import records
from tests.governance.retention.places import (
    NOW,
    File,
    Thing,
    add_snapshot,
    artifact_id,
    save,
    workspace,
)

THINGS = [
    save("r/", 1),
    save("r/", 10),
    Thing("r/", [File("r/latest", 1)], kind="run", slot="run"),
    Thing("r/tokens", [File("r/tokens.bin", 1), File("r/tokens.idx", 1)], kind="dataset"),
    Thing("", [File("note.txt", 1)], kind="unknown", slot="rest"),
    Thing("r/model.gguf", [File("r/model.gguf", 1)], kind="model", layout="gguf"),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    place = workspace(tmp_path)
    add_snapshot(place, THINGS)
    made = decide_workspace(place, now=NOW).connection
    yield made
    made.close()


def _uri(connection: duckdb.DuckDBPyConnection, name: str) -> object:
    fact = find(connection, name)
    return records(connection, "SELECT uri FROM facts WHERE fact = $1", [fact])[0]["uri"]


def test_an_id_and_the_beginning_of_one_find_it(connection: duckdb.DuckDBPyConnection) -> None:
    identity = artifact_id(THINGS[0], "lab")
    for name in (identity, identity[:12], identity[:6]):
        assert _uri(connection, name) == "s3://lab/r/checkpoint-1/"


def test_a_uri_finds_it_with_and_without_its_slash(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("s3://lab/r/checkpoint-1/", "s3://lab/r/checkpoint-1"):
        assert _uri(connection, name) == "s3://lab/r/checkpoint-1/"
    assert _uri(connection, "s3://lab/r") == "s3://lab/r/"


def test_a_file_finds_the_artifact_that_it_is_in(connection: duckdb.DuckDBPyConnection) -> None:
    assert _uri(connection, "s3://lab/r/checkpoint-10/optimizer.pt") == "s3://lab/r/checkpoint-10/"
    assert _uri(connection, "s3://lab/r/model.gguf") == "s3://lab/r/model.gguf"
    assert _uri(connection, "s3://lab/r/tokens.idx") == "s3://lab/r/tokens"
    assert _uri(connection, "s3://lab/note.txt") == "s3://lab/"


def test_a_place_where_nothing_is_finds_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("s3://lab/nothing/", "s3://lab/r/checkpoint-10/none.pt", "s3://lab/r/tokens.xyz"):
        with pytest.raises(NoSuchArtifactError):
            find(connection, name)


@pytest.mark.parametrize("name", ["", "abc", "s3://other/x", "%", "ffff" * 6, "\x1b[31m"])
def test_what_is_not_there_is_an_error_with_a_hint(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    with pytest.raises(NoSuchArtifactError) as caught:
        find(connection, name)
    assert "\x1b" not in str(caught.value)
    assert "tutela catalog list" in caught.value.__notes__


def test_the_beginning_of_several_ids_names_them_all(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    things = [save("r/", step) for step in range(2000)]
    ids = sorted(artifact_id(thing, "lab") for thing in things)
    twins = next(a for a, b in pairwise(ids) if a[:4] == b[:4])
    add_snapshot(place, things)
    made = decide_workspace(place, now=NOW).connection
    with pytest.raises(AmbiguousArtifactError, match="artifacts are called") as caught:
        find(made, twins[:4])
    assert f"tutela retention explain {twins}" in caught.value.__notes__
    made.close()
