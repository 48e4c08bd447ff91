import json
import os
from pathlib import Path

import pytest

from governance.evidence.images.layout import DEEPEST, images
from tests.governance.evidence.images.layouts import Layout, called


class Found:
    def __init__(self, layout: Layout) -> None:
        self.problems: list[str] = []
        self.remarks: list[str] = []
        index = json.loads((layout.folder / "index.json").read_text())
        self.images = {
            image.digest: image.name
            for image in images(index, layout.folder, self.problems.append, self.remarks.append)
        }


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "layout")


def test_an_image_that_is_wholly_there_exists(layout: Layout) -> None:
    image = layout.image("train")
    layout.index(called(image, "train:v1"))
    found = Found(layout)
    assert found.images == {image["digest"]: "train:v1"}
    assert found.problems == found.remarks == []


def test_an_image_of_two_platforms_exists_with_each_of_them(layout: Layout) -> None:
    arm, amd = layout.image("arm64"), layout.image("amd64")
    both = layout.manifest(manifests=[arm, amd])
    layout.index(called(both, "train:v1"))
    assert set(Found(layout).images) == {arm["digest"], amd["digest"], both["digest"]}


def test_an_image_that_lacks_one_platform_is_only_there_for_the_other(layout: Layout) -> None:
    arm, amd = layout.image("arm64"), layout.image("amd64")
    layout.index(layout.manifest(manifests=[arm, amd]))
    layout.path(amd).unlink()
    found = Found(layout)
    assert set(found.images) == {arm["digest"]}
    assert found.remarks == [f"image {amd['digest']} is not in the layout"]


@pytest.mark.parametrize("part", ["train config", "train 1", "train 2"])
def test_an_image_that_lacks_a_part_does_not_exist(layout: Layout, part: str) -> None:
    layout.index(layout.image("train"))
    layout.path(layout.blob(part.encode())).unlink()
    found = Found(layout)
    assert found.images == {}
    assert "lacks sha256:" in found.remarks[0]


def test_a_layer_that_was_cut_short_does_not_count(layout: Layout) -> None:
    layout.index(layout.image("train"))
    layout.path(layout.blob(b"train 2")).write_bytes(b"tr")
    assert Found(layout).images == {}


def test_a_manifest_that_was_changed_is_a_problem(layout: Layout) -> None:
    image = layout.image("train")
    layout.path(image).write_text('{"config": {}, "layers": []}')
    layout.index(image)
    found = Found(layout)
    assert found.images == {}
    assert "not what its digest says" in found.problems[0]


@pytest.mark.parametrize(
    "digest", ["", "sha256:../../../etc/passwd", "sha256:" + "g" * 64, "md5:" + "0" * 32, None, 3]
)
def test_a_digest_that_is_none_opens_nothing(layout: Layout, digest: object) -> None:
    layout.index({"digest": digest, "size": 3})
    found = Found(layout)
    assert found.images == {}
    assert "no digest" in found.problems[0]


def test_a_pipe_for_a_manifest_is_not_waited_for(layout: Layout) -> None:
    image = layout.image("train")
    layout.path(image).unlink()
    os.mkfifo(layout.path(image))
    layout.index(image)
    assert "cannot be read" in Found(layout).problems[0]


def test_a_manifest_without_layers_is_no_image(layout: Layout) -> None:
    layout.index(layout.manifest(config=layout.blob(b"{}"), layers=[]), layout.blob(b"[]"))
    found = Found(layout)
    assert found.images == {}
    assert "no layers" in found.remarks[0]
    assert "no JSON object" in found.problems[0]


def test_indexes_within_indexes_are_followed_only_so_far(layout: Layout) -> None:
    one = layout.image("train")
    for _ in range(DEEPEST + 2):
        one = layout.manifest(manifests=[one])
    layout.index(one)
    found = Found(layout)
    assert found.images == {}
    assert found.problems == ["it names more images than are read"]


def test_an_image_with_two_names_has_both(layout: Layout) -> None:
    image = layout.image("train")
    layout.index(called(image, "train:v1"), called(image, "train:latest"))
    assert Found(layout).images == {image["digest"]: "train:latest"}
