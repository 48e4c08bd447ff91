import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.decide.engine import connect, quote
from governance.policy.globs import ESCAPE, covers, is_literal, like, overlaps, under

globs = st.text(alphabet="ab/*?", max_size=7)
texts = st.text(alphabet="ab/", max_size=6)


def matches(glob: str, text: str) -> bool:
    """What a glob means, said another way."""
    pattern = "".join(
        ".*" if char == "*" else "." if char == "?" else re.escape(char) for char in glob
    )
    return re.fullmatch(pattern, text, re.DOTALL) is not None


@pytest.mark.parametrize(
    ("glob", "text", "same"),
    [
        ("*/sft-*", "team/sft-1/checkpoint-1/", True),
        ("*/sft-*", "sft-1/", False),
        ("run?", "run1", True),
        ("run?", "run12", False),
        ("100%", "100%", True),
        ("100%", "100 percent", False),
        ("a_b*", "axb", False),
        ("a!b*", "a!bc", True),
        ("*", "line\nfeed", True),
        ("?", "ü", True),
        ("?", "💩", True),
    ],
)
def test_like_is_the_glob(glob: str, text: str, same: bool) -> None:
    query = f"SELECT {quote(text)} LIKE {quote(like(glob))} ESCAPE {quote(ESCAPE)}"
    assert connect().execute(query).fetchone() == (same,)
    assert matches(glob, text) is same


@pytest.mark.parametrize(
    ("prefix", "expanded"),
    [
        ("runs/a", ("runs/a", "runs/a/*")),
        ("runs/a/", ("runs/a/*",)),
        ("runs/a*", ("runs/a*",)),
        ("*", ("*",)),
    ],
)
def test_a_prefix_ends_where_a_name_ends(prefix: str, expanded: tuple[str, ...]) -> None:
    assert under(prefix) == expanded


def test_a_literal_has_no_wild_card() -> None:
    assert is_literal("runs/a")
    assert not is_literal("runs/*")
    assert not is_literal("runs/?")


@given(globs, globs, texts)
def test_what_two_globs_match_overlaps(one: str, other: str, text: str) -> None:
    if matches(one, text) and matches(other, text):
        assert overlaps(one, other)
        assert overlaps(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("a*", "b*"), ("*a", "*b"), ("a?", "a"), ("", "?"), ("a/*", "ab*")]
)
def test_globs_that_cannot_meet_do_not_overlap(one: str, other: str) -> None:
    assert not overlaps(one, other)


@given(globs, globs, texts)
def test_what_covers_matches_all_that_the_other_does(wide: str, narrow: str, text: str) -> None:
    if covers(wide, narrow) and matches(narrow, text):
        assert matches(wide, text)


@given(globs)
def test_every_glob_covers_itself_and_is_covered_by_the_star(glob: str) -> None:
    assert covers(glob, glob)
    assert covers("*", glob)


@pytest.mark.parametrize(
    ("wide", "narrow", "is_so"),
    [
        ("runs/*", "runs/a/*", True),
        ("runs/a/*", "runs/*", False),
        ("a?", "ab", True),
        ("ab", "a?", False),
        ("a*c", "abc", True),
        ("a*", "a*b*", True),
        ("?", "*", False),
    ],
)
def test_covers_is_seen_where_it_is_plain(wide: str, narrow: str, is_so: bool) -> None:
    assert covers(wide, narrow) is is_so


def test_the_longest_patterns_take_no_time() -> None:
    long = "*a" * 128
    assert overlaps(long, long[::-1])
    assert covers(long, long)
