"""Files under other names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.engine.blueprint import Migration, Move
from blueprints.engine.paths import InvalidPathError
from blueprints.update.moves import backwards, declared, seen
from tests.blueprints.update.five import version

BODY = b"".join(b"line %d\n" % number for number in range(20))
OTHER = b"".join(b"other %d\n" % number for number in range(20))


def test_moves_of_several_versions_are_one_move() -> None:
    migrations = (
        Migration(2, "", lambda _: [Move("a", "b"), Move("x", "y")]),
        Migration(3, "", lambda _: [Move("b", "c")]),
        Migration(4, "", lambda _: [Move("y", "x")]),
    )
    blueprint = replace(version(4), migrations=migrations)
    assert declared(blueprint, 1, None) == {"a": "c"}
    assert declared(blueprint, 2, None) == {"b": "c", "y": "x"}
    assert declared(blueprint, 4, None) == {}


def test_a_move_out_of_the_repository_is_refused() -> None:
    blueprint = replace(version(2), migrations=(Migration(2, "", lambda _: [Move("a", "../b")]),))
    with pytest.raises(InvalidPathError):
        declared(blueprint, 1, None)


def test_the_same_bytes_under_another_name_are_a_move() -> None:
    assert seen({"a": b"x\n", "b": OTHER}, {"c": b"x\n"}) == {"a": "c"}


def test_twice_the_same_bytes_are_in_doubt() -> None:
    assert seen({"a": BODY, "b": BODY}, {"c": BODY}) == {}
    assert seen({"a": BODY}, {"c": BODY, "d": BODY}) == {}


def test_most_of_the_lines_are_enough_where_nothing_else_is_alike() -> None:
    changed = BODY.replace(b"line 3\n", b"mine\n")
    assert seen({"a.yaml": BODY}, {"b.yaml": changed, "c.yaml": OTHER}) == {"a.yaml": "b.yaml"}
    assert seen({"a.yaml": BODY}, {"b.txt": changed}) == {}
    twin = BODY.replace(b"line 5\n", b"mine\n")
    assert seen({"a.yaml": BODY}, {"b.yaml": changed, "c.yaml": twin}) == {}
    assert seen({"a.yaml": BODY}, {"b.yaml": BODY[:60]}) == {}


def test_nothing_is_no_file_and_bytes_have_no_lines() -> None:
    assert seen({"a": b"\n"}, {"b": b"\n"}) == {}
    assert seen({"a": b"\0" + BODY}, {"b": b"\0" + BODY + b"x"}) == {}


contents = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([BODY, OTHER, b"x\n", b""]))


@given(contents, contents)
def test_each_file_is_in_one_pair_at_most(gone: dict[str, bytes], came: dict[str, bytes]) -> None:
    pairs = seen(gone, {f"new-{name}": content for name, content in came.items()})
    assert len(set(pairs.values())) == len(pairs)


def test_two_moves_to_one_place_count_as_none() -> None:
    assert backwards({"a": "c", "b": "c", "x": "y"}) == {"y": "x"}
