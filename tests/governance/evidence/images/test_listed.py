import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.images.listed import Listed, json_images, line_images

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (A, ""),
        (f"  {A}\r\n", ""),
        (f"{A} train:v1", "train:v1"),
        (f"registry.ch:5000/ml/train@{A}", "registry.ch:5000/ml/train"),
        (f"registry.ch/train:v1@{A.upper().replace('SHA', 'sha')}", "registry.ch/train:v1"),
        ("a" * 64 + "  train.sif", "train.sif"),
        ("a" * 64 + " *train.sif", "train.sif"),
        (json.dumps({"Name": "r/train", "Digest": A, "Layers": [B]}), "r/train"),
        (json.dumps({"RepoDigests": [f"r/train@{A}"], "Id": B}), "r/train"),
        (json.dumps({"Digest": A, "Names": ["r/train:v1"], "Id": "b" * 64}), "r/train:v1"),
        (
            json.dumps({"image": "r/train:v1", "imageID": f"docker-pullable://r/train@{A}"}),
            "r/train",
        ),
    ],
)
def test_a_line_names_an_image(line: str, name: str) -> None:
    assert list(line_images(line)) == [Listed(A, name)]


@pytest.mark.parametrize("line", ["", "   ", "# images of November"])
def test_nothing_is_nothing(line: str) -> None:
    assert list(line_images(line)) == []


@pytest.mark.parametrize(
    "line", ["train:v1", A[:-1], f"{A}0", "{", "[]", '{"Name": "x"}', f"x y@{A}", '{"Digest": 3}']
)
def test_what_names_no_image_is_said(line: str) -> None:
    assert list(line_images(line)) == [Listed(None)]


def test_a_list_of_images_is_read() -> None:
    value = [{"Digest": A}, f"r/train@{B}", 3, {"RepoDigests": [f"x@{A}", f"y@{B}"]}]
    assert [image.digest for image in json_images(value)] == [A, B, None, A, B]


@given(st.text(max_size=100) | st.text("sha256:@ab{}\"' ", max_size=100))
def test_any_line_is_read(line: str) -> None:
    for image in line_images(line):
        assert image.digest is None or len(image.digest) == 71
