"""Three sequences, cut where they agree."""

from hypothesis import given
from hypothesis import strategies as st

from blueprints.update.align import align, merge_lines

words = st.lists(st.sampled_from("abcd"), max_size=8)


@given(words, words, words)
def test_the_stretches_cover_all_of_each_in_order(
    base: list[str], new: list[str], user: list[str]
) -> None:
    parts = list(align(base, new, user))
    assert [base[at] for part in parts for at in part.base] == base
    assert [new[at] for part in parts for at in part.new] == new
    assert [user[at] for part in parts for at in part.user] == user
    for part in parts:
        if part.agreed:
            old = [base[at] for at in part.base]
            assert old == [new[at] for at in part.new] == [user[at] for at in part.user]


@given(words, words)
def test_lines_that_one_side_left_alone_are_the_others(base: list[str], other: list[str]) -> None:
    assert merge_lines(base, base, other) == other
    assert merge_lines(base, other, base) == other
    assert merge_lines(base, other, other) == other


@given(words, words, words)
def test_no_line_that_the_user_added_is_lost(
    base: list[str], new: list[str], user: list[str]
) -> None:
    assert set(user) - set(base) <= set(merge_lines(base, new, user))


def test_where_both_wrote_the_new_version_comes_first() -> None:
    assert merge_lines(["# v1"], ["# v2"], ["# v1", "# ours"]) == ["# v2", "# ours"]
