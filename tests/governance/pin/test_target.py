from pathlib import Path

import pytest

from governance.artifact import ArtifactId
from governance.pin.target import Target, find_target
from governance.retention.find import AmbiguousArtifactError, NoSuchArtifactError
from governance.snapshot.reader import latest
from tests.governance.pin.places import ROOTS, tree
from tests.governance.retention.places import Thing, artifact_id


def target(folder: Path, name: str) -> Target:
    return find_target(latest(tree(folder)), name)


@pytest.mark.parametrize(
    ("name", "uri", "artifacts"),
    [
        (f"{2:024x}", ROOTS[2], 1),
        ("file:///scratch/runs/a/checkpoint-1/", ROOTS[0], 1),
        ("file:///scratch/runs/a/checkpoint-1", ROOTS[0], 1),
        ("file:///scratch/runs/a/checkpoint-1/model.safetensors", ROOTS[0], 1),
        ("file:///scratch/data/x.gguf", ROOTS[3], 1),
        ("file:///scratch/runs/a", "runs/a/", 2),
        ("file:///scratch/runs/", "runs/", 3),
        ("file:///scratch", "", 4),
    ],
)
def test_an_id_a_root_a_file_or_a_prefix_is_found(
    tmp_path: Path, name: str, uri: str, artifacts: int
) -> None:
    found = target(tmp_path, name)
    assert (found.uri, found.artifacts) == (f"file:///scratch/{uri}", artifacts)
    assert found.snapshot.manifest.bucket == "/scratch"


def test_an_artifact_keeps_its_id(tmp_path: Path) -> None:
    assert target(tmp_path, "file:///scratch/" + ROOTS[1]).artifact == ArtifactId(f"{1:024x}")


def test_a_prefix_has_the_id_that_an_artifact_there_would_have(tmp_path: Path) -> None:
    expected = artifact_id(Thing("runs/a/", ()), "/scratch", "file")
    assert target(tmp_path, "file:///scratch/runs/a/").artifact == expected


@pytest.mark.parametrize(
    "name", ["file:///scratch/none/", "s3://other/", "abcd", "runs/a/", "", "file:///"]
)
def test_what_is_not_stored_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoSuchArtifactError):
        target(tmp_path, name)


def test_digits_that_several_ids_begin_with_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(AmbiguousArtifactError):
        target(tmp_path, "0000")


def test_without_a_snapshot_nothing_is_found() -> None:
    with pytest.raises(NoSuchArtifactError):
        find_target([], "s3://lab/a/")
