"""What a claim is about: which other words mean the same, and how far a place goes."""

from pathlib import Path

import pytest

from governance.decide import claims, graph, places
from governance.decide.engine import connect
from governance.decide.facts import build
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import (
    artifact,
    claim,
    entry,
    learned,
    listing,
    note,
    reached,
    told,
)

ONE = "runs/a/checkpoint-1/"
TWO = "runs/a/checkpoint-2/"
RUN = "runs/a/"
OTHER = "runs/b/checkpoint-1/"
SAVES = [ONE, TWO, OTHER]
MD5 = "abcdef0123456789abcdef0123456789"


def of(*roots: str, **kinds: str) -> list[Row]:
    return [artifact(n, root, kind=kinds.get("kind", "checkpoint")) for n, root in enumerate(roots)]


def alias(target: str, holder: str = "alias") -> Row:
    return claim("names", holder, target, "mlflow.alias")


def needed(folder: Path, roots: list[str], *said: Row, **more: object) -> list[str]:
    return reached(learned(folder, of(*roots), told(*said), **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        ("s3://lab/runs/a/checkpoint-1", [ONE]),
        ("s3://lab/runs/a/checkpoint-1/", [ONE]),
        ("s3://lab/runs/a/checkpoint-1/model.safetensors", [ONE]),
        ("s3://lab/runs/a/checkpoint-1/deep/er/x/", [ONE]),
        ("s3://lab/runs/a", [ONE, TWO]),
        ("s3://lab/runs/a/", [ONE, TWO]),
        ("s3://lab/runs", SAVES),
        ("s3://lab", SAVES),
        ("s3://lab/runs/a/checkpoint-3/", []),
        ("s3://lab/runs/a/checkpoint-", []),
        ("s3://other/runs/a/", []),
        ("file:///lab/runs/a/", []),
    ],
)
def test_a_place_is_what_lies_there_under_it_and_around_it(
    tmp_path: Path, place: str, stays: list[str]
) -> None:
    assert needed(tmp_path, SAVES, alias(place)) == stays


def test_what_contains_an_artifact_stays_with_it_and_its_neighbours_do_not(tmp_path: Path) -> None:
    roots = [RUN, *SAVES]
    assert needed(tmp_path, roots, alias("s3://lab/" + ONE)) == [RUN, ONE]
    assert needed(tmp_path, roots, alias(f"s3://lab/{ONE}model.bin")) == [RUN, ONE]
    assert needed(tmp_path, roots, alias("s3://lab/runs/a/config.json")) == [RUN]


def test_a_claim_of_a_folder_is_one_of_all_that_lies_there(tmp_path: Path) -> None:
    base = claim("needs", "s3://lab/runs/a/", "s3://lab/runs/b")
    assert needed(tmp_path, SAVES, alias("s3://lab/" + ONE), base) == [ONE, OTHER]
    elsewhere = claim("needs", "s3://lab/runs/b", "s3://lab/" + TWO)
    assert needed(tmp_path, SAVES, alias("s3://lab/" + ONE), elsewhere) == [ONE]


def test_a_claim_of_a_part_is_one_of_the_innermost_artifact_around_it(tmp_path: Path) -> None:
    roots = [RUN, *SAVES]
    says = claim("needs", f"s3://lab/{ONE}adapter_config.json", "s3://lab/" + OTHER)
    assert needed(tmp_path, roots, alias("s3://lab/" + ONE), says) == [RUN, ONE, OTHER]
    # The run is around both, but what one save needs is not needed by the other.
    assert needed(tmp_path, roots, alias("s3://lab/" + TWO), says) == [RUN, TWO]


def test_several_files_that_are_one_artifact_are_found_by_what_they_share(tmp_path: Path) -> None:
    roots = ["data/tokens", "data/tokens_text", "data/tok", "data/tokens-2/"]
    assert needed(tmp_path, roots, alias("s3://lab/data/tokens.bin")) == ["data/tokens"]
    found = needed(tmp_path, roots, alias("s3://lab/data/tokens_text_document.idx"))
    assert found == ["data/tokens", "data/tokens_text"]
    assert needed(tmp_path, roots, alias("s3://lab/data/tokens2.bin")) == []
    assert needed(tmp_path, roots, alias("s3://lab/data/tokens-2.bin")) == ["data/tokens"]


def test_what_a_part_of_several_needs_the_artifact_needs(tmp_path: Path) -> None:
    says = claim("needs", "s3://lab/data/tokens.bin", "s3://lab/" + ONE)
    found = needed(tmp_path, ["data/tokens", ONE], alias("s3://lab/data/tokens"), says)
    assert found == ["data/tokens", ONE]


def test_the_same_bucket_of_two_stores_is_needed_in_both(tmp_path: Path) -> None:
    connection = connect()
    both = [
        listing(tmp_path / "x", of(ONE), store="one:443"),
        listing(tmp_path / "y", of(ONE), store="two:443"),
    ]
    build(connection, both)
    claims.load(connection, told(alias("s3://lab/" + ONE)))
    places.index(connection)
    graph.build(connection, [])
    assert reached(connection) == [ONE, ONE]


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("hub:org/Llama-3", ["base/llama-3/", "cache/models--org--llama-3/"]),
        ("hub:llama-3", ["base/llama-3/"]),
        ("hub:other/llama-3", ["base/llama-3/"]),
        ("hub:org/data", ["cache/datasets--org--data/"]),
        ("hub:org/base", ["base/llama-3/"]),
        ("hub:org/nothing", []),
    ],
)
def test_a_name_on_a_hub_is_whatever_is_called_so(
    tmp_path: Path, name: str, stays: list[str]
) -> None:
    roots = ["base/llama-3/", "cache/models--org--llama-3/", "cache/datasets--org--data/"]
    assert needed(tmp_path, roots, alias(name)) == stays


BLOBS = [
    "store/files/md5/ab/cdef0123456789abcdef0123456789",
    "store/ab/cdef0123456789abcdef0123456789",
    "store/files/md5/ab/cdef0123456789abcdef0123456789.dir",
    "store/files/md5/ab/0000000000000000000000000000000",
]


def test_content_is_the_blob_of_a_cache_that_has_its_digest_for_a_name(tmp_path: Path) -> None:
    blobs = of(*BLOBS, kind="blob")
    connection = learned(tmp_path, blobs, told(alias(f"md5:{MD5}")))
    assert reached(connection) == sorted(BLOBS[:3])


def test_content_is_the_object_that_its_store_gives_this_md5(tmp_path: Path) -> None:
    objects = [entry(0, etag=MD5), entry(1, etag=f"{MD5}-2"), entry(2, etag="0" * 32)]
    found = needed(tmp_path, SAVES, alias(f"md5:{MD5}"), objects=objects)
    assert found == [ONE]


@pytest.mark.parametrize("place", ["s3://lab/" + ONE, f"s3://lab/{ONE}model.bin"])
def test_content_is_whatever_is_noted_to_have_it_and_a_copy_is_the_same(
    tmp_path: Path, place: str
) -> None:
    sha = f"sha256:{MD5 * 2}"
    here, there = note(place, "digest", text=sha), note("s3://lab/" + OTHER, "digest", text=sha)
    assert needed(tmp_path, SAVES, alias(sha), here) == [ONE]
    means = claim("needs", sha, "s3://lab/" + TWO)
    found = needed(tmp_path, SAVES, alias("s3://lab/" + ONE), here, there, means)
    assert found == SAVES


def test_an_alias_of_no_server_is_the_alias_of_every_server(tmp_path: Path) -> None:
    one = claim("names", "mlflow:lab/alias/m@prod", "s3://lab/" + ONE)
    two = claim("names", "mlflow:two/alias/m@prod", "s3://lab/" + TWO)
    manifest = claim("needs", "helm", "models:/m@prod", "serving.active")
    found = needed(tmp_path, SAVES, one, two, manifest, servers=["lab", "two"])
    assert found == [ONE, TWO]
    assert needed(tmp_path, SAVES, one, two, manifest, servers=[]) == []


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("mlflow-run:0123", "mlflow:lab/run/0123"),
        ("models:/m/3", "mlflow:lab/version/m/3"),
        ("models:/m-0123", "mlflow:lab/model/m-0123"),
    ],
)
def test_a_name_within_mlflow_is_the_servers(tmp_path: Path, name: str, node: str) -> None:
    assert needed(tmp_path, SAVES, alias(name), claim("names", node, "s3://lab/" + ONE)) == [ONE]
    other = node.replace("lab", "elsewhere")
    assert needed(tmp_path, SAVES, alias(name), claim("names", other, "s3://lab/" + ONE)) == []


def test_what_a_run_made_needs_what_the_run_needs(tmp_path: Path) -> None:
    made = claim("made", "run", "s3://lab/runs/a/")
    data = claim("needs", "run", "s3://lab/" + OTHER)
    assert needed(tmp_path, SAVES, alias("s3://lab/" + ONE), made, data) == [ONE, OTHER]
    # And the run, needed, needs nothing of what it made.
    assert needed(tmp_path, SAVES, alias("run"), made, data) == [OTHER]


def test_a_root_that_made_a_place_is_a_reason_for_the_place(tmp_path: Path) -> None:
    made = claim("made", "run", "s3://lab/runs/a", "mlflow.run")
    data = claim("needs", "run", "s3://lab/" + OTHER)
    assert needed(tmp_path, SAVES, made, data) == SAVES


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    texts = [
        "'; DROP TABLE facts; --",
        "s3://",
        "s3:///",
        "://",
        "/",
        "",
        "hub:",
        "md5:",
        "models:/",
    ]
    texts += ["mlflow-run:", "s3://lab/%", "s3://lab/_uns/", "s3://lab/../" + ONE, "x" * 2000]
    said = [claim("names", a, b, "doi") for a in texts for b in texts]
    said += [note(text, "digest", text=other) for text in texts for other in texts]
    assert needed(tmp_path, SAVES, *said) == []
