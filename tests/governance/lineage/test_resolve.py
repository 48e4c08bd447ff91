from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from governance.lineage.resolve import Found, around, resolve, standing
from governance.retention.rows import integer, records
from tests.governance.lineage.lab import (
    NOW,
    File,
    Thing,
    claim,
    note,
    project,
    reading,
    thing,
    uri,
    world,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = project(tmp_path_factory.mktemp("project"))
    yield connection
    connection.close()


def roots(connection: duckdb.DuckDBPyConnection, found: Found) -> list[str]:
    rows = records(connection, "SELECT fact, root FROM facts")
    known = {integer(row["fact"]): str(row["root"]) for row in rows}
    return [known[fact] for fact in found.facts]


def test_a_place_is_the_artifact_there_with_or_without_its_last_slash(
    lab: duckdb.DuckDBPyConnection,
) -> None:
    for text in (uri("data/corpus"), uri("data/corpus/")):
        assert roots(lab, resolve(lab, [text], 5)[text]) == ["data/corpus/"]


def test_a_folder_is_what_is_there_and_all_below_the_newest_first(
    lab: duckdb.DuckDBPyConnection,
) -> None:
    found = resolve(lab, [uri("runs/sft/")], 3)[uri("runs/sft/")]
    assert roots(lab, found) == [
        "runs/sft/",
        "runs/sft/checkpoint-8000/",
        "runs/sft/checkpoint-7000/",
    ]
    assert found.more == (("checkpoint", 6),)


def test_a_folder_alone_is_only_itself(lab: duckdb.DuckDBPyConnection) -> None:
    found = resolve(lab, [uri("runs/sft/"), uri("runs/")], 3, whole=False)
    assert roots(lab, found[uri("runs/sft/")]) == ["runs/sft/"]
    assert uri("runs/") not in found


def test_a_file_is_the_innermost_artifact_that_holds_it(lab: duckdb.DuckDBPyConnection) -> None:
    inner = uri("runs/sft/checkpoint-1000/model.safetensors")
    found = resolve(lab, [inner, uri("runs/sft/log.txt")], 3)
    assert roots(lab, found[inner]) == ["runs/sft/checkpoint-1000/"]
    assert roots(lab, found[uri("runs/sft/log.txt")]) == ["runs/sft/"]
    assert around(lab, [uri("runs/sft/checkpoint-9000/"), uri("runs/sft/log")]) == {}


def test_an_id_is_its_artifact(lab: duckdb.DuckDBPyConnection) -> None:
    (row,) = records(lab, "SELECT id FROM facts WHERE root = 'data/corpus/'")
    text = f"artifact:{row['id']}"
    assert roots(lab, resolve(lab, [text], 3)[text]) == ["data/corpus/"]
    assert resolve(lab, ["artifact:0", "run:1", "hub:a/b"], 3) == {}


def test_a_pair_of_files_is_found_by_either(tmp_path: Path) -> None:
    files = [File(f"tokens/web.{end}", 9, "weights", NOW) for end in ("bin", "idx")]
    pair = Thing("tokens/web", files, kind="dataset", layout="megatron")
    said = [claim("needs", "run:1", uri("tokens/web.bin"))]
    connection = world(tmp_path, [pair], [reading("mlflow", said)])
    assert around(connection, [uri("tokens/web.bin"), uri("tokens/web.txt")]) == {
        uri("tokens/web.bin"): 0
    }
    texts = {text for _, text, _ in standing(connection, {4: [(0, uri("tokens/web"))]})}
    assert texts == {uri("tokens/web"), uri("tokens/web.bin"), "s3://lab", "s3://lab/tokens"}
    connection.close()


def test_every_digest_that_somebody_names_stands_for_it(tmp_path: Path) -> None:
    sha = "sha256:" + "5" * 64
    content = thing("a.bin", "model", content="a")
    etag = content.files[0].etag
    said = [claim("needs", "run:1", f"md5:{etag}"), claim("needs", "run:1", sha)]
    sources = [reading("mlflow", said, [note(uri("a.bin"), "digest", sha)])]
    connection = world(tmp_path, [content], sources)
    texts = {text for _, text, part in standing(connection, {0: [(0, uri("a.bin"))]}) if not part}
    assert texts == {uri("a.bin"), f"md5:{etag}", sha}
    assert {one.facts for one in resolve(connection, [f"md5:{etag}", sha], 5).values()} == {(0,)}
    connection.close()
