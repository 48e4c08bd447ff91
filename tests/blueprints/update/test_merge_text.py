"""Text by git merge-file, and nothing of a repository obeyed on the way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.update.merge_text import has_markers, merge_text
from blueprints.update.merged import Labels, Merged
from tests.blueprints.update.repositories import GIT, git

LABELS = Labels(base="five 1", new="five 2")
LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n"]), max_size=8).map(b"".join)


def merged(base: bytes, new: bytes, user: bytes) -> Merged:
    return merge_text("f", base, new, user, LABELS, GIT)


def test_changes_of_different_places_are_both_in_it() -> None:
    result = merged(b"1\n2\n3\n4\n", b"one\n2\n3\n4\n", b"1\n2\n3\nfour\n")
    assert result == Merged(b"one\n2\n3\nfour\n")


def test_of_one_place_they_are_a_conflict_with_its_line() -> None:
    result = merged(b"1\n2\n3\n", b"1\ntwo\n3\n", b"0\n1\nTWO\n3\n")
    assert [one.line for one in result.conflicts] == [3]
    assert result.content == (
        b"0\n1\n<<<<<<< yours\nTWO\n||||||| five 1\n2\n=======\ntwo\n>>>>>>> five 2\n3\n"
    )


@pytest.mark.parametrize("odd", [b"\0", b"\xff\xfe"])
def test_what_is_not_text_is_one_conflict_and_the_users(odd: bytes) -> None:
    result = merged(b"1\n", b"2\n", odd)
    assert (len(result.conflicts), result.content) == (1, odd)


def test_without_git_text_that_both_changed_is_a_conflict() -> None:
    result = merge_text("f", b"1\n", b"2\n", b"3\n", LABELS, None)
    assert (len(result.conflicts), result.content) == (1, b"3\n")
    assert merge_text("f", b"1\n", b"2\n", b"1\n", LABELS, None) == Merged(b"2\n")


@given(LINES, LINES)
def test_a_side_that_changed_nothing_gives_the_other(base: bytes, other: bytes) -> None:
    assert merged(base, base, other) == Merged(other)
    assert merged(base, other, base) == Merged(other)
    assert merged(base, other, other) == Merged(other)


@given(LINES, LINES, LINES)
def test_a_conflict_is_one_whichever_side_is_whose(base: bytes, new: bytes, user: bytes) -> None:
    one, other = merged(base, new, user), merged(base, user, new)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        assert one == other


def test_markers_of_an_earlier_merge_are_seen() -> None:
    assert has_markers(merged(b"1\n", b"2\n", b"3\n").content)
    assert not has_markers(b"Title\n=======\n<<<<<<< \n")
    assert not has_markers(b"")


def test_the_configuration_of_a_repository_is_not_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "merge.conflictStyle", "merge")
    git(tmp_path, "config", "core.fsmonitor", f"touch {tmp_path}/ran")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    assert b"|||||||" in merged(b"1\n", b"2\n", b"3\n").content
    assert not (tmp_path / "ran").exists()
