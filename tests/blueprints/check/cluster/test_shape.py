"""Documents of any shape."""

import pytest

from blueprints.check.cluster.shape import labels, mappings, number, scalars, texts

HOSTILE: list[object] = [None, 1, "text", [], [1, [2]], {"a": None}, {"a": [1, {"b": 2}]}, True]


@pytest.mark.parametrize("data", HOSTILE)
def test_nothing_fails_whatever_is_there(data: object) -> None:
    assert number(data, "a", "b") is None
    assert texts(data, "a", 0) == ()
    assert labels(data, "a") == {}
    assert list(mappings(data, "a", 1)) == []
    list(scalars(data))


def test_true_is_no_number() -> None:
    assert number({"a": True}, "a") is None
    assert number({"a": 3}, "a") == 3


def test_mappings_keep_their_positions() -> None:
    assert list(mappings([1, {"a": 2}, "b", {}])) == [(1, {"a": 2}), (3, {})]


def test_scalars_come_with_their_paths() -> None:
    assert dict(scalars({"a": [1, {"b": "c"}]})) == {("a", 0): 1, ("a", 1, "b"): "c"}
