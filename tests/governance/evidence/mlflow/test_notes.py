from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.evidence.gather import Gather
from governance.evidence.mlflow.entities import Point
from governance.evidence.mlflow.notes import note_points, note_state, note_tags

COMMIT = "a" * 40
IMAGE = "sha256:" + "b" * 64


def noted(folder: Path, tags: Mapping[str, str]) -> dict[str, list[str]]:
    with Gather(folder) as into:
        note_tags(into, "node", tags)
    found: dict[str, list[str]] = {}
    for row in pq.read_table(folder / "notes.parquet").to_pylist():
        found.setdefault(row["key"], []).append(row["text"])
    return found


@pytest.mark.parametrize("key", ["mlflow.source.git.commit", "mlflow.databricks.gitRepoCommit"])
def test_a_commit_is_noted_in_lower_case(tmp_path: Path, key: str) -> None:
    assert noted(tmp_path, {key: COMMIT.upper()})["commit"] == [COMMIT]


@pytest.mark.parametrize("value", ["", "main", "a" * 39, "a" * 64 + "0", f"{COMMIT}\n", "g" * 40])
def test_what_is_no_commit_is_a_tag_only(tmp_path: Path, value: str) -> None:
    found = noted(tmp_path, {"mlflow.source.git.commit": value})
    assert list(found) == ["tag:mlflow.source.git.commit"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mlflow.docker.image.id", IMAGE),
        ("mlflow.docker.image.uri", f"registry.example:5000/train@{IMAGE}"),
        ("container.digest", IMAGE),
        ("CONTAINER_IMAGE", f"docker://train:1@{IMAGE}"),
    ],
)
def test_the_digest_of_an_image_is_noted(tmp_path: Path, key: str, value: str) -> None:
    assert noted(tmp_path, {key: value})["image"] == [IMAGE]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mlflow.docker.image.uri", "train:latest"),
        ("dataset.digest", IMAGE),
        ("image", f"{IMAGE}0"),
        ("image", f"x\ny@{IMAGE}"),
    ],
)
def test_what_is_no_image_is_a_tag_only(tmp_path: Path, key: str, value: str) -> None:
    assert "image" not in noted(tmp_path, {key: value})


def test_hostile_tags_are_only_texts(tmp_path: Path) -> None:
    tags = {
        "../../x\n\x1b[31m": "\x00\ud800" + "y" * 10_000_000,
        "": "",
        "mlflow.image": "@" * 99_999,
    }
    found = noted(tmp_path, tags)
    assert len(found) == 3
    assert all(len(text) <= 2_000 for texts in found.values() for text in texts)


def test_a_status_that_is_not_known_is_not_noted(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        note_state(into, "a", active=True, status="SCHEDULED")
        note_state(into, "b", active=False, status="PAUSED")
        note_state(into, "c", active=True, status=None)
        note_points(into, "a", [Point("loss", None, 3)])
    rows = pq.read_table(tmp_path / "notes.parquet").to_pylist()
    assert [(row["node"], row["key"], row["text"], row["step"]) for row in rows] == [
        ("a", "state", "active", None),
        ("a", "status", "running", None),
        ("b", "state", "deleted", None),
        ("c", "state", "active", None),
        ("a", "metric:loss", None, 3),
    ]
