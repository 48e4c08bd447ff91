from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from governance.lineage.start import AmbiguousNodeError, NoSuchNodeError, find_start
from governance.retention.find import AmbiguousArtifactError
from governance.retention.rows import records
from tests.governance.lineage.lab import (
    ALIAS,
    RUN,
    VERSION,
    claim,
    project,
    reading,
    uri,
    world,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = project(tmp_path_factory.mktemp("project"))
    yield connection
    connection.close()


@pytest.fixture
def model(lab: duckdb.DuckDBPyConnection) -> str:
    (row,) = records(lab, "SELECT id FROM facts WHERE root = 'released/llama/'")
    return str(row["id"])


def test_an_artifact_is_meant_by_its_id_or_uri(lab: duckdb.DuckDBPyConnection, model: str) -> None:
    for name in (model, model[:6], uri("released/llama"), uri("released/llama/config.json")):
        assert find_start(lab, name) == f"artifact:{model}"


@pytest.mark.parametrize(
    ("name", "node"),
    [
        (RUN, RUN),
        ("0123", RUN),
        ("sft", RUN),
        (ALIAS, ALIAS),
        ("alias/llama@production", ALIAS),
        ("llama@production", ALIAS),
        ("version/llama/3", VERSION),
        ("models:/llama@production", "models:/llama@production"),
        ("meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("s3://lab/runs/gone/checkpoint-1/", "s3://lab/runs/gone/checkpoint-1"),
    ],
)
def test_a_node_is_meant_by_its_text_its_end_or_its_label(
    lab: duckdb.DuckDBPyConnection, name: str, node: str
) -> None:
    assert find_start(lab, name) == node


def test_what_several_are_called_is_an_error_that_names_them(tmp_path: Path) -> None:
    said = [claim("names", f"mlflow:{name}/alias/llama@production", "x") for name in ("a", "b")]
    connection = world(tmp_path, [], [reading("mlflow", said)])
    with pytest.raises(AmbiguousNodeError, match="2 nodes are called llama@production") as error:
        find_start(connection, "llama@production")
    assert error.value.__notes__ == [
        "tutela lineage show mlflow:a/alias/llama@production",
        "tutela lineage show mlflow:b/alias/llama@production",
    ]
    connection.close()


def test_what_nothing_is_called_is_an_error(lab: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NoSuchNodeError, match=r"no artifact, and nothing .* \\x1bnothing"):
        find_start(lab, "\x1bnothing")


def test_the_beginning_of_two_ids_is_an_error(lab: duckdb.DuckDBPyConnection) -> None:
    lab.execute("UPDATE facts SET id = 'ffff' || right(id, 20) WHERE kind = 'dataset'")
    with pytest.raises(AmbiguousArtifactError):
        find_start(lab, "ffff")
