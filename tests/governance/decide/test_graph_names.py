"""Names: of files, of hubs, of MLflow, of content."""

from pathlib import Path

import pytest

from tests.governance.decide.graphs import graph_of, holding, needed, reached, root, stored
from tests.governance.decide.oracle_graph import Row
from tests.governance.decide.things import claim, note, said_by

MODEL, TWIN, OTHER = "s3://lab/models/m/", "s3://lab/models/twin/", "s3://lab/models/other/"
PLACES = [MODEL, OTHER, TWIN]
MD5 = "ab" + "c" * 30


def test_places_of_files_are_places_and_those_of_a_bucket_are_others(tmp_path: Path) -> None:
    uris = ["file:///lab/a b/checkpoint-1/", "file:///lab/a b/checkpoint-2/"]
    assert needed(tmp_path, uris, root("file:///lab/a b/checkpoint-1/x.bin")) == uris[:1]
    assert needed(tmp_path, uris, root("file:///lab")) == uris
    assert needed(tmp_path, uris, root("s3://lab/a b/checkpoint-1")) == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("s3://lab/hub/llama-3.1-8b/", "meta-llama/Llama-3.1-8B"),
        ("s3://lab/meta-llama/Llama-3.1-8B/", "meta-llama/Llama-3.1-8B"),
        ("s3://lab/hub/models--meta-llama--Llama-3.1-8B/", "meta-llama/Llama-3.1-8B"),
        ("s3://lab/hub/models--meta-llama--Llama-3.1-8B/snapshots/1/", "meta-llama/llama-3.1-8b"),
        ("s3://lab/hub/datasets--org--corpus/", "ORG/corpus"),
        ("s3://lab/models/gpt2/", "gpt2"),
    ],
)
def test_a_name_on_a_hub_means_whatever_is_called_so_here(
    tmp_path: Path, place: str, name: str
) -> None:
    assert needed(tmp_path, [place, "s3://lab/hub/else/"], root(f"hub:{name}")) == [place]


@pytest.mark.parametrize("name", ["org/Llama", "Llama-3.1-8B-Instruct", "models--x"])
def test_a_name_on_a_hub_means_nothing_that_is_called_otherwise(tmp_path: Path, name: str) -> None:
    assert needed(tmp_path, ["s3://lab/hub/Llama-3.1-8B/"], root(f"hub:{name}")) == []


NAMED = [
    ("models:/m@prod", "alias/m@prod"),
    ("models:/m/3", "version/m/3"),
    ("models:/m/Production", "version/m/3"),
    ("models:/m-0a1b", "model/m-0a1b"),
    ("mlflow-run:9", "run/9"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_what_names_no_server_means_what_each_of_them_calls_so(
    tmp_path: Path, text: str, name: str
) -> None:
    said = [root(text, "serving.active"), claim("names", f"mlflow:lab/{name}", MODEL[:-1])]
    two = said_by("mlflow", claim("names", f"mlflow:two/{name}", TWIN[:-1]), name="two")
    nobody = claim("names", f"mlflow:nobody/{name}", OTHER[:-1])
    assert needed(tmp_path, PLACES, *said, two, nobody) == [MODEL, TWIN]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("models:/m@prod", "alias/m@old"),
        ("models:/m/3", "version/m/33"),
        ("models:/m/Production", "version/m2/3"),
        ("models:/m/Production", "alias/m@Production"),
        ("models:/m/3/x", "version/m/3"),
        ("mlflow-run:9", "run/99"),
    ],
)
def test_what_is_called_otherwise_is_not_meant(tmp_path: Path, text: str, name: str) -> None:
    said = claim("names", f"mlflow:lab/{name}", MODEL[:-1])
    assert needed(tmp_path, PLACES, root(text), said) == []


def test_a_stage_may_be_any_version(tmp_path: Path) -> None:
    said = [
        claim("names", f"mlflow:lab/version/m/{number}", place[:-1])
        for number, place in enumerate(PLACES)
    ]
    assert needed(tmp_path, PLACES, root("models:/m/Staging"), *said[:2]) == [MODEL, OTHER]


def test_a_path_of_a_run_means_all_that_the_run_made(tmp_path: Path) -> None:
    said = [
        root("runs:/9/model"),
        claim("made", "mlflow:lab/run/9", "s3://lab/models/m"),
        claim("made", "mlflow:lab/run/99", "s3://lab/models/other"),
    ]
    assert needed(tmp_path, PLACES, *said) == [MODEL]


def test_without_a_server_such_names_mean_nothing(tmp_path: Path) -> None:
    said = [root(text, "serving.active") for text, _ in NAMED]
    names = [claim("names", f"mlflow:lab/{name}", MODEL[:-1]) for _, name in NAMED]
    with graph_of(tmp_path, stored(*PLACES), said_by("serving", *said, *names)) as connection:
        assert reached(connection) == []


def blob(path: str) -> Row:
    return {"uri": f"s3://lab/dvc/{path}", "kind": "blob"}


@pytest.mark.parametrize(
    "path",
    [f"files/md5/ab/{MD5[2:]}", f"ab/{MD5[2:]}", f"files/md5/ab/{MD5[2:]}.dir"],
)
def test_content_means_the_blob_that_is_named_by_it(tmp_path: Path, path: str) -> None:
    others = [blob(f"files/md5/ac/{MD5[2:]}"), blob(f"files/md5/ab/{'d' * 30}")]
    found = needed(tmp_path, [blob(path), *others], root(f"md5:{MD5}", "dvc.ref"))
    assert found == [f"s3://lab/dvc/{path}"]


def test_only_a_blob_is_named_by_its_content(tmp_path: Path) -> None:
    path = f"s3://lab/dvc/ab/{MD5[2:]}"
    assert needed(tmp_path, [path], root(f"md5:{MD5}", "dvc.ref")) == []


@pytest.mark.parametrize(("etag", "expected"), [(MD5, [MODEL]), (f"{MD5}-2", []), ("", [])])
def test_content_means_what_holds_an_object_with_that_md5(
    tmp_path: Path, etag: str, expected: list[str]
) -> None:
    objects = [holding(1, etag), holding(2, "d" * 32), holding(3, "e" * 32)]
    said = [root(f"md5:{etag}", "dvc.ref")]
    assert needed(tmp_path, PLACES, *said, objects=objects) == expected


@pytest.mark.parametrize("digest", [f"md5:{MD5}", "sha256:" + "e" * 64])
def test_a_digest_joins_a_place_and_its_content_both_ways(tmp_path: Path, digest: str) -> None:
    noted = note(MODEL[:-1], "digest", text=digest)
    assert needed(tmp_path, PLACES, root(digest), noted) == [MODEL]
    content_needs = claim("needs", digest, TWIN[:-1])
    assert needed(tmp_path, PLACES, root(MODEL[:-1]), noted, content_needs) == [MODEL, TWIN]
    assert needed(tmp_path, PLACES, root(OTHER[:-1]), noted, content_needs) == [OTHER]


def test_places_of_one_content_are_needed_together(tmp_path: Path) -> None:
    notes = [note(place[:-1], "digest", text=f"md5:{MD5}") for place in (MODEL, TWIN)]
    by_content = claim("names", "dvc:file", f"md5:{MD5}")
    found = needed(tmp_path, PLACES, root(MODEL[:-1]), by_content, *notes)
    assert found == [MODEL, TWIN]
