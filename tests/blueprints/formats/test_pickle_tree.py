"""The tree of a pickle keeps what lies in lists, calls and objects, and names outside of it."""

import io
import pickle
from argparse import Namespace
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.formats.inert_pickle import Map, NotInert, Value
from blueprints.formats.pickle_tree import Group, Persistent, load_tree
from tests.prove import share


def load(value: object, protocol: int = 2) -> Value:
    return load_tree(pickle.dumps(value, protocol), 10_000)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_ordered_dictionaries_are_dictionaries(protocol: int) -> None:
    found = load(OrderedDict([("a", 1), ("b", 2)]), protocol)
    assert isinstance(found, Map)
    assert found.pairs == [("a", 1), ("b", 2)]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_an_object_is_a_group_with_its_fields_in_it(protocol: int) -> None:
    found = load(Namespace(size=4), protocol)
    assert isinstance(found, Group)
    (fields,) = [item for item in found.items if isinstance(item, Map)]
    assert fields.pairs == [("size", 4)]


def test_lists_sets_and_tuples_keep_their_order_and_members() -> None:
    for value in ([1, "a"], (1, "a"), [1, "a"] * 700, (1,) * 3, {5}):
        found = load(value, 4)
        assert isinstance(found, Group)
        assert found.items == list(value)


def test_a_persistent_id_is_kept() -> None:
    class Outside(pickle.Pickler):
        def persistent_id(self, obj: object) -> object:
            return ("storage", 7) if obj == "far" else None

    out = io.BytesIO()
    Outside(out, 2).dump(["far"])
    found = load_tree(out.getvalue(), 100)
    assert isinstance(found, Group)
    (far,) = found.items
    assert isinstance(far, Persistent)
    assert isinstance(far.id, Group)
    assert far.id.items == ["storage", 7]


def test_what_is_taken_must_have_been_put() -> None:
    for data in (b"\x80\x02K\x01\x87.", b"Q.", b"R.", b"e.", b"b."):
        with pytest.raises(NotInert):
            load_tree(data, 100)


@settings(deadline=None, max_examples=share(2000))
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        load_tree(b"\x80\x02" + data + b".", 1000)
    except NotInert:
        return
