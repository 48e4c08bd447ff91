import os
from datetime import timedelta
from pathlib import Path

import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.images.source import ImagesSource
from governance.workspace.evidence import ImagesEntry
from tests.governance.evidence.images.layouts import Layout, called
from tests.governance.evidence.said import NOW, Said, said

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def read(tmp_path: Path, text: str | bytes) -> Said:
    file = tmp_path / "images"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(file, (0, (NOW - timedelta(days=2)).timestamp()))
    return said(ImagesSource(ImagesEntry(file="images"), tmp_path))


def test_a_list_says_which_images_exist(tmp_path: Path) -> None:
    found = read(tmp_path, f"# of the registry\nr/train:v1@{A}\n\n{B}\n")
    assert found.noted("exists") == {f"image:{A}": "r/train:v1", f"image:{B}": None}
    assert found.noted("type") == {f"image:{A}": "image", f"image:{B}": "image"}
    assert found.as_of == NOW - timedelta(days=2)
    assert (found.claims, found.problems) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        f'{{"Name": "r/train", "Digest": "{A}"}}\n{{"Name": "r/x", "Digest": "{B}"}}\n',
        f'[{{"Name": "r/train", "Digest": "{A}"}},\n {{"Digest": "{B}"}}]',
        f'["{A}", "x@{B}"]',
    ],
)
def test_what_programs_print_is_read(tmp_path: Path, text: str) -> None:
    assert set(read(tmp_path, text).noted("exists")) == {f"image:{A}", f"image:{B}"}


def test_a_layout_is_read(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "layout")
    image, lost = layout.image("train"), layout.image("lost")
    layout.index(called(image, "train:v1"), lost)
    layout.path(lost).unlink()
    found = said(ImagesSource(ImagesEntry(file="layout/index.json"), tmp_path))
    assert found.noted("exists") == {f"image:{image['digest']}": "train:v1"}
    assert found.remarks == [f"image {lost['digest']} is not in the layout"]


def test_an_index_without_its_blobs_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="without its blobs"):
        read(tmp_path, f'{{"manifests": [{{"digest": "{A}"}}]}}')


def test_a_bad_line_is_a_problem_and_the_others_count(tmp_path: Path) -> None:
    found = read(tmp_path, f"{A}\ntrain:latest\n")
    assert set(found.noted("exists")) == {f"image:{A}"}
    assert found.words == ["1 of its entries name no image by its digest"]


@pytest.mark.parametrize(
    "text", ["train:latest", "null", '[{"Digest": "sha', b"\xff\xfe\x00", "[" * 90_000]
)
def test_what_is_no_list_is_an_error(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(EvidenceError, match="names no image"):
        read(tmp_path, text)


def test_an_endless_line_is_not_read(tmp_path: Path) -> None:
    found = read(tmp_path, A + "\n" + "x" * 2_000_000)
    assert "longer" in found.words[0]


def test_an_empty_list_says_that_nothing_exists(tmp_path: Path) -> None:
    assert read(tmp_path, "").notes == []


def test_a_list_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    source = ImagesSource(ImagesEntry(file="images", name="registry"), tmp_path)
    assert (source.name, source.place) == ("registry", f"{tmp_path}/images")
    assert source.writers == f"whoever may write {tmp_path}/images"
    with pytest.raises(EvidenceError, match="cannot be opened"):
        said(source)
