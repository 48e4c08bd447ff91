from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine.base import InvalidBaseError, base_files, read, read_overlay
from blueprints.engine.blueprint import File, Owner

FILES = [
    File("README.md", b"top\n"),
    File("projects/a/argocd/root.yaml", b"a: 1\n"),
    File("projects/a/tenancy/rbac.yaml", "b: zürich\u2028\n".encode()),
    File("projects/b/x.yaml", b"", Owner.SHARED),
    File("projects/index.md", b"i"),
    File("logo.png", b"\x89PNG\xff"),
    File("spec.yaml", b"mine", Owner.USER),
]


def written(files: list[File], folder: Path) -> Path:
    for file in files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    return folder


def test_every_file_comes_back_byte_for_byte_except_the_users_own(tmp_path: Path) -> None:
    base = read(written(base_files(FILES), tmp_path))
    assert base == {one.path: one.content for one in FILES if one.owner is not Owner.USER}
    assert read_overlay(tmp_path) is None


def test_a_change_in_one_project_touches_its_own_pack_only() -> None:
    assert [file.path for file in base_files(FILES)] == [
        ".tutela-base/render/projects.jsonl",
        ".tutela-base/render/projects/a.jsonl",
        ".tutela-base/render/projects/b.jsonl",
        ".tutela-base/render/top.jsonl",
    ]


@given(st.binary(max_size=50))
def test_any_content_is_kept(content: bytes) -> None:
    (pack,) = base_files([File("a", content)])
    assert pack.content.count(b"\n") == 1
    assert pack.content.isascii()


def test_the_overlay_is_kept_too(tmp_path: Path) -> None:
    overlay = {"cookiecutter.json": b"{}", "{{cookiecutter.a}}/b": b"\xff"}
    assert read_overlay(written(base_files(FILES, overlay), tmp_path)) == overlay
    assert "cookiecutter.json" not in read(tmp_path)


def test_a_repository_without_a_base_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) == {}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"1",
        b'{"path": "a"}',
        b'{"path": 1, "text": ""}',
        b'{"path": "a", "text": 1}',
        b'{"path": "a", "base64": "*"}',
        b'{"path": "../a", "text": ""}',
        b'{"path": "a", "text": ""}\n{"path": "a", "text": ""}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_base_is_told(tmp_path: Path, line: bytes) -> None:
    written([File(".tutela-base/render/top.jsonl", line)], tmp_path)
    with pytest.raises(InvalidBaseError) as caught:
        read(tmp_path)
    assert caught.value.__notes__ == ["git checkout HEAD -- .tutela-base"]


@pytest.mark.parametrize(
    "link", [".tutela-base", ".tutela-base/render", ".tutela-base/render/a.jsonl"]
)
def test_links_out_of_the_repository_are_not_followed(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repository = tmp_path / "repository"
    (repository / link).parent.mkdir(parents=True)
    (repository / link).symlink_to(outside)
    with pytest.raises(InvalidBaseError, match=r"is a symbolic link|is no file"):
        read(repository)
