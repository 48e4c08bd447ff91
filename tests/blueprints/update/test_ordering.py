"""The order of entries after a merge."""

from hypothesis import given
from hypothesis import strategies as st

from blueprints.update.ordering import merged_order

keys = st.lists(st.sampled_from("abcdef"), unique=True)


@given(keys, keys, keys)
def test_every_key_comes_once(base: list[str], new: list[str], user: list[str]) -> None:
    order = merged_order(base, new, user)
    assert sorted(order) == sorted({*base, *new, *user})


@given(keys, keys)
def test_where_one_side_changed_nothing_the_others_order_stands(
    base: list[str], other: list[str]
) -> None:
    gone = set(base) - set(other)
    assert [key for key in merged_order(base, base, other) if key not in gone] == other
    assert [key for key in merged_order(base, other, base) if key not in gone] == other


def test_what_the_user_added_stays_behind_what_it_stood_behind() -> None:
    assert merged_order(["a", "b"], ["x", "a", "b"], ["a", "mine", "b"]) == ["x", "a", "mine", "b"]
    assert merged_order(["a"], ["b", "a"], ["mine", "a"]) == ["b", "mine", "a"]


def test_an_order_of_the_users_stays() -> None:
    assert merged_order(["a", "b"], ["a", "b", "c"], ["b", "a"]) == ["b", "c", "a"]
