import os
import socket
import time
from pathlib import Path

import pytest

from blueprints.check import tree
from blueprints.check.tree import Why, list_tree, read_file
from tests.blueprints.check.places import write


def test_files_are_listed_with_their_sizes_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, {"b": "22", "a/c": "1", "a/b/d": ""})
    (tmp_path / "b").chmod(0o755)
    found = list_tree(tmp_path)
    assert list(found.files.items()) == [("a/b/d", 0), ("a/c", 1), ("b", 2)]
    assert found.folders == {"a", "a/b"}
    assert found.executables == {"b"}
    assert found.left_out == []


def test_what_is_gits_and_the_updates_is_no_part_of_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".git/config": "x",
            ".tutela-base/a": "x",
            ".tutela-update/a": "x",
            "sub/.git": "gitdir: /",
            "a": "",
        },
    )
    write(tmp_path, {"sub/.tutela-base/a": "x"})
    found = list_tree(tmp_path)
    assert list(found.files) == ["a", "sub/.tutela-base/a"]
    assert found.left_out == []


def test_links_are_not_followed_and_are_told(tmp_path: Path) -> None:
    top = write(tmp_path / "repo", {"a/b": "x"})
    write(tmp_path, {"outside/secret": "x"})
    for name, target in {
        "in": "a/b",
        "folder": "a",
        "a/up": "../a/b",
        "out": "../outside",
        "a/out": "../../outside/secret",
        "absolute": "/etc/passwd",
        "around": "a/../../repo/a",
        "nowhere": "missing",
    }.items():
        (top / name).symlink_to(target)
    found = list_tree(top)
    assert list(found.files) == ["a/b"]
    told = {one.file: one.why for one in found.left_out}
    assert told == {
        "in": Why.LINK,
        "folder": Why.LINK,
        "a/up": Why.LINK,
        "nowhere": Why.LINK,
        "out": Why.LINK_OUT,
        "a/out": Why.LINK_OUT,
        "absolute": Why.LINK_OUT,
        "around": Why.LINK_OUT,
    }


def test_pipes_and_sockets_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        found = list_tree(tmp_path)
    assert {one.file: one.why for one in found.left_out} == {
        "pipe": Why.SPECIAL,
        "socket": Why.SPECIAL,
    }
    start = time.monotonic()
    with pytest.raises(OSError, match="no regular file"):
        read_file(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"regular file|No such device"):
        read_file(tmp_path / "socket")
    assert time.monotonic() - start < 1


def test_a_sparse_gigabyte_is_left_out(tmp_path: Path) -> None:
    with (tmp_path / "big.yaml").open("wb") as stream:
        stream.truncate(1 << 30)
    (one,) = list_tree(tmp_path).left_out
    assert (one.file, one.why, one.message) == ("big.yaml", Why.SIZE, "larger than 64 MiB")
    with pytest.raises(OSError, match="larger than 64 MiB"):
        read_file(tmp_path / "big.yaml")


def test_folders_nested_too_deep_are_left_out(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (tree.DEEPEST + 3))
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    found = list_tree(tmp_path)
    assert found.files == {}
    assert [one.why for one in found.left_out] == [Why.DEPTH]


def test_more_files_than_anybody_needs_are_cut_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST_FILES", 10)
    write(tmp_path, {f"{n}": "" for n in range(50)})
    found = list_tree(tmp_path)
    assert len(found.files) == 10
    assert [one.why for one in found.left_out] == [Why.COUNT]


def test_folders_that_tools_make_are_named(tmp_path: Path) -> None:
    write(tmp_path, {".terraform/providers/x": "", "a/.venv/y": "", "b": ""})
    found = list_tree(tmp_path)
    assert list(found.files) == ["b"]
    assert {(one.file, one.why) for one in found.left_out} == {
        (".terraform", Why.MACHINE_MADE),
        ("a/.venv", Why.MACHINE_MADE),
    }


def test_a_link_in_the_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="Too many levels"):
        read_file(tmp_path / "link")


def test_names_that_are_no_utf8_are_kept(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\n.yaml"
    with open(name, "wb"):
        pass
    (path,) = list_tree(tmp_path).files
    assert os.fsencode(path) == b"\xff\n.yaml"
    assert read_file(tmp_path / path) == b""
