from collections.abc import Iterator

import duckdb
import pytest

from governance.lineage.names import artifacts_of, hub_tail, hubs_of, is_hub, longer, shorter
from governance.retention.rows import integer, records
from tests.governance.lineage.lab import ALIAS, claim, reading, thing, uri, world

BASE = "hub:meta-llama/Llama-3.1-8B"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    things = [
        thing("base/llama-3.1-8b/", "model"),
        thing("cache/models--meta-llama--Llama-3.1-8B/snapshots/ab/", "model"),
        thing("base/llama-3.1-8b-instruct/", "model"),
    ]
    said = [
        claim("needs", "a", BASE),
        claim("names", ALIAS, uri("base/llama-3.1-8b")),
        claim("needs", "d", "models:/llama@production"),
        claim("needs", "d", "models:/llama/3"),
        claim("needs", "mlflow-run:0123", uri("base/")),
        claim("names", "mlflow:two/version/llama/3", uri("base/")),
        claim("made", "mlflow:lab/run/0123", uri("base/")),
        claim("names", "mlflow:lab/model/m-1", uri("base/")),
        claim("needs", "d", "models:/m-1"),
    ]
    connection = world(tmp_path_factory.mktemp("names"), things, [reading("x", said)])
    yield connection
    connection.close()


def test_a_hub_is_what_is_called_like_it_or_lies_in_its_cache(
    lab: duckdb.DuckDBPyConnection,
) -> None:
    rows = records(lab, "SELECT fact, root FROM facts")
    known = {integer(row["fact"]): str(row["root"]) for row in rows}
    found = artifacts_of(lab, [BASE, "hub:org/other"])
    assert {known[fact] for fact in found[BASE]} == {
        "base/llama-3.1-8b/",
        "cache/models--meta-llama--Llama-3.1-8B/snapshots/ab/",
    }
    assert set(found) == {BASE}


def test_an_artifact_has_the_names_of_hubs_that_claims_name(lab: duckdb.DuckDBPyConnection) -> None:
    uris = [
        (0, uri("base/llama-3.1-8b/")),
        (1, uri("cache/models--meta-llama--Llama-3.1-8B/snapshots/ab/")),
        (2, uri("base/llama-3.1-8b-instruct/")),
    ]
    assert hubs_of(lab, uris) == [(0, BASE), (1, BASE)]
    assert hubs_of(lab, []) == []


def test_short_names_of_mlflow_are_those_of_every_server(lab: duckdb.DuckDBPyConnection) -> None:
    assert longer(lab, ["models:/llama@production"]) == {"models:/llama@production": [ALIAS]}
    assert longer(lab, ["models:/llama/3"]) == {"models:/llama/3": ["mlflow:two/version/llama/3"]}
    assert longer(lab, ["models:/m-1"]) == {"models:/m-1": ["mlflow:lab/model/m-1"]}
    assert longer(lab, ["mlflow-run:0123"]) == {"mlflow-run:0123": ["mlflow:lab/run/0123"]}
    assert longer(lab, ["models:/none@x", "run:1"]) == {}


def test_long_names_have_the_short_ones_that_claims_name(lab: duckdb.DuckDBPyConnection) -> None:
    assert shorter(lab, [ALIAS, "run:1"]) == {ALIAS: ["models:/llama@production"]}
    assert shorter(lab, ["mlflow:lab/run/0123"]) == {"mlflow:lab/run/0123": ["mlflow-run:0123"]}
    assert shorter(lab, []) == {}


def test_the_last_part_of_a_name_counts() -> None:
    assert hub_tail("hub:Org/Name") == "name"
    assert hub_tail("hub:gpt2") == "gpt2"
    assert is_hub("hub:a/b")
    assert not is_hub("doi:10.1/hub")
