"""Repositories in memory."""

from __future__ import annotations

import pytest

from blueprints.check.held import Held


def test_files_are_seen_as_those_of_a_folder() -> None:
    repo = Held({"b/c.yaml": b"a: 1\n", "a.txt": b"text"})
    assert repo.files == ("a.txt", "b/c.yaml")
    assert repo.is_dir("b")
    assert not repo.is_dir("c")
    assert repo.text("a.txt") == "text"
    assert repo.yaml("b/c.yaml")[0].data == {"a": 1}
    assert repo.size("a.txt") == 4


def test_what_is_not_held_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        Held({}).read("held.py")
