"""The inert machine: plain pickles give what was asked for, at any protocol, and nothing is run."""

import pickle
from collections import OrderedDict
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.inert_pickle import Blank, Map, NotInert, Object, load_inert

NAME = f"{__name__} Point"


@dataclass
class Point:
    x: int
    y: object


def load(value: object, protocol: int = 4) -> object:
    return load_inert(pickle.dumps(value, protocol), {NAME: frozenset({"x"})}, 10_000)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_only_the_fields_that_were_asked_for_are_kept(protocol: int) -> None:
    found = load(Point(7, [1, 2]), protocol)
    assert isinstance(found, Object)
    assert (found.name, found.state) == (NAME, {"x": 7})


def test_dictionaries_are_pairs_and_the_rest_is_blank() -> None:
    found = load({"a": 1, 2: "b", "c": [1], "d": (1,), "e": None, "f": 1.5, "g": {1}, "h": b"x"})
    assert isinstance(found, Map)
    assert found.pairs[:2] == [("a", 1), (2, "b")]
    assert all(isinstance(value, Blank) for _, value in found.pairs[2:])


def test_a_class_that_was_not_asked_for_and_a_call_are_blank() -> None:
    assert isinstance(load(OrderedDict(a=1)), Blank)
    assert isinstance(load_inert(pickle.dumps(Point(1, 2)), {}, 1000), Blank)


def test_the_limit_of_opcodes_is_kept() -> None:
    data = pickle.dumps(list(range(100)))
    load_inert(data, {}, 400)
    with pytest.raises(NotInert, match="more than 50 opcodes"):
        load_inert(data, {}, 50)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(PLAIN, st.sampled_from([0, 1, 2, 3, 4, 5]))
def test_every_plain_value_can_be_read(value: object, protocol: int) -> None:
    found = load(value, protocol)
    if isinstance(value, dict):
        assert isinstance(found, Map)
        assert [key for key, _ in found.pairs] == list(value)
    if isinstance(value, str) or (type(value) is int and protocol > 1):
        assert found == value
