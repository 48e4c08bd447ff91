"""The inert machine: plain pickles give what was asked for, at any protocol, and nothing is run."""

import pickle
import pickletools
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.formats.inert_pickle import Blank, Machine, Map, NotInert, Object, load_inert
from tests.prove import share

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


def slowly(data: bytes) -> object:
    """Read with pickletools.genops, opcode by opcode: what the machine has to agree with."""
    machine = Machine({NAME: frozenset({"x"})}, 100_000)
    stack, memo = machine.stack, machine.memo
    argument: Any
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name == "MEMOIZE":
            memo.append(stack[-1])
        elif opcode.name in ("BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif opcode.name in ("BININT", "BININT1", "BININT2", "SHORT_BINUNICODE"):
            stack.append(argument)
        elif opcode.name == "MARK":
            machine.marks.append(len(stack))
        elif opcode.name != "STOP":
            machine.steps[ord(opcode.code)][0](argument)
    (value,) = stack
    return value


def plain(value: object, seen: tuple[int, ...] = ()) -> object:
    """What can be compared; circles are cut."""
    if id(value) in seen:
        return "circle"
    if isinstance(value, Map):
        return [
            (plain(a, (*seen, id(value))), plain(b, (*seen, id(value)))) for a, b in value.pairs
        ]
    if isinstance(value, Object):
        return value.name, {key: plain(one, (*seen, id(value))) for key, one in value.state.items()}
    return value if isinstance(value, int | str) else type(value).__name__


def outcome(read: Callable[[bytes], object], data: bytes) -> object:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return plain(read(data))
    except (ValueError, LookupError, OverflowError):
        return "refused"


def quickly(data: bytes) -> object:
    return load_inert(data, {NAME: frozenset({"x"})}, 100_000)


OPCODES = [one.code.encode("latin-1") for one in pickletools.opcodes]
VALUE = pickle.dumps({"a": Point(7, [1, 300, 70_000, -1, "ü"]), "b": {"c": ("d",)}, "e": "a"}, 4)


@settings(deadline=None, max_examples=share(5000))
@given(st.lists(st.one_of(st.sampled_from(OPCODES), st.binary(max_size=6)), max_size=60))
def test_any_opcodes_mean_what_pickletools_says(parts: list[bytes]) -> None:
    data = b"".join(parts) + b"."
    assert outcome(quickly, data) == outcome(slowly, data)


@settings(deadline=None, max_examples=share(5000))
@given(st.data())
def test_changed_pickles_mean_what_pickletools_says(data: st.DataObject) -> None:
    raw = bytearray(VALUE)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert outcome(quickly, bytes(raw)) == outcome(slowly, bytes(raw))


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
