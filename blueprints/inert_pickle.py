"""A pickle read as a list of opcodes on an inert stack: nothing is imported, called or built.

A pickle from a bucket is a program of whoever wrote it. Here a class is its name, a call is a
blank, and only the fields that the caller asks for are kept.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeAlias


class NotInert(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not a pickle, or one that no plain value makes; the message says why."""


@dataclass(slots=True, eq=False)
class Map:
    """A dictionary. Its keys may be objects, so it is a list of pairs; none is looked up."""

    pairs: list[tuple[Value, Value]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Object:
    """An instance of a class that the caller knows, with the fields that it asked for."""

    name: str
    state: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class or a function, by the name `module class`."""

    name: str


class Blank:
    """What a list, a number with a point, a call or an unknown class comes to: it says nothing."""


BLANK = Blank()

Value: TypeAlias = "int | str | Map | Object | Class | Blank"

Kept = Mapping[str, frozenset[str]]
"""`module class` -> the fields to keep; objects of other classes become blanks."""


def load_inert(data: bytes, kept: Kept, opcodes: int) -> Value:
    """Return the value that the pickle makes, of at most so many opcodes.

    Time and memory are proportional to the bytes. Raises NotInert for what is not a pickle, has
    more opcodes, or uses one (persistent ids, extensions, buffers) that needs something outside.
    """
    return run(Machine(kept), data, opcodes)


def run(machine: Machine, data: bytes, opcodes: int) -> Value:
    """Return what a machine has on its stack at the end; raises as load_inert."""
    with warnings.catch_warnings():
        # Of odd escapes in old-style strings, which nobody here looks at.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _run(machine, data, opcodes)


def _run(machine: Machine, data: bytes, opcodes: int) -> Value:
    steps, stack, memo = machine.steps, machine.stack, machine.memo
    argument: Any  # what an opcode carries; genops gives texts and integers for those used here
    name = ""
    try:
        for opcode, argument, _ in islice(pickletools.genops(data), opcodes):
            name = opcode.name
            # The commonest opcodes are done here: a call for each would double the time.
            if name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif name in _GETS:
                stack.append(memo[argument])
            elif name in _CONSTANTS:
                stack.append(argument)
            elif name in steps:
                steps[name](argument)
            elif name not in _NOTHING:
                raise NotInert(f"opcode {name} has no place in it")
    except (IndexError, KeyError) as error:
        raise NotInert("it takes what it did not put") from error
    except NotInert:
        raise
    except (ValueError, OverflowError) as error:
        raise NotInert("it is not a pickle") from error
    if name != "STOP":
        raise NotInert(f"it has more than {opcodes} opcodes")
    if len(stack) != 1:
        raise NotInert("it does not end with one value")
    return stack[0]


class Machine:
    """The stack and the memo. Every step is given the opcode's argument.

    It keeps dictionaries and the objects asked for; lists, tuples and calls become blanks.
    """

    def __init__(self, kept: Kept) -> None:
        self.stack: list[Value] = []
        self.memo: dict[int, Value] = {}
        self._marks: list[int] = []
        self._kept = kept
        self.steps: dict[str, Callable[[Any], None]] = {
            **dict.fromkeys(_BLANKS, partial(self._fold, 0)),
            **{f"TUPLE{count}": partial(self._fold, count) for count in (1, 2, 3)},
            **dict.fromkeys(("LIST", "TUPLE", "FROZENSET"), self._fold_to_mark),
            **dict.fromkeys(("APPENDS", "ADDITEMS", "POP_MARK"), self._drop_to_mark),
            **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), self._put),
            **dict.fromkeys(("APPEND", "POP"), self._pop),
            "DUP": self._duplicate,
            "MARK": self._mark,
            "EMPTY_DICT": self._empty_dict,
            "DICT": self._dict,
            "SETITEM": self._set_item,
            "SETITEMS": self._set_items,
            "GLOBAL": self.named,
            "STACK_GLOBAL": self._stack_global,
            "REDUCE": partial(self._fold, 2),
            "NEWOBJ": self._new,
            "NEWOBJ_EX": partial(self._fold, 3),
            "BUILD": self._build,
        }

    def _fold(self, count: int, _: object) -> None:
        """Take values, put one that says nothing: a tuple, or the result of a call not made."""
        for _one in range(count):
            self.stack.pop()
        self.stack.append(BLANK)

    def to_mark(self) -> list[Value]:
        """Take everything above the last mark."""
        start = self._marks.pop()
        taken = self.stack[start:]
        del self.stack[start:]
        return taken

    def _fold_to_mark(self, _: object) -> None:
        self.to_mark()
        self.stack.append(BLANK)

    def _drop_to_mark(self, _: object) -> None:
        self.to_mark()

    def _pop(self, _: object) -> None:
        self.stack.pop()

    def _duplicate(self, _: object) -> None:
        self.stack.append(self.stack[-1])

    def _mark(self, _: object) -> None:
        self._marks.append(len(self.stack))

    def _put(self, key: int) -> None:
        self.memo[key] = self.stack[-1]

    def _empty_dict(self, _: object) -> None:
        self.stack.append(Map())

    def _dict(self, _: object) -> None:
        self.stack.append(Map(pairs_of(self.to_mark())))

    def _set_item(self, _: object) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.extend([(key, value)])

    def _set_items(self, _: object) -> None:
        self.extend(pairs_of(self.to_mark()))

    def extend(self, pairs: list[tuple[Value, Value]]) -> None:
        """Put keys and values into what lies on top."""
        target = self.stack[-1]
        if isinstance(target, Map):
            target.pairs += pairs

    def named(self, name: str) -> None:
        """Put a class or a function, given its name."""
        self.stack.append(Class(name) if name in self._kept else BLANK)

    def _stack_global(self, _: object) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not (isinstance(name, str) and isinstance(module, str)):
            raise NotInert("a class without a name")
        self.named(f"{module} {name}")

    def _new(self, _: object) -> None:
        self.stack.pop()
        kind = self.stack.pop()
        self.stack.append(Object(kind.name) if isinstance(kind, Class) else BLANK)

    def _build(self, _: object) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if not isinstance(state, Map):
            return
        if isinstance(target, Object):
            fields = self._kept[target.name]
            for key, value in state.pairs:
                if isinstance(key, str) and key in fields:
                    target.state[key] = value
        # An object's state is its own: dropped here, as the memo would hold it to the end.
        state.pairs.clear()


def pairs_of(flat: list[Value]) -> list[tuple[Value, Value]]:
    """Return keys and values that lie on the stack in turn."""
    if len(flat) % 2:
        raise NotInert("a key without a value")
    return list(zip(flat[::2], flat[1::2], strict=True))


_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})
_NOTHING = frozenset({"PROTO", "FRAME", "STOP"})
_CONSTANTS = frozenset(
    {
        *("BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"),
        *("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
    }
)
_BLANKS = (
    *("NONE", "NEWTRUE", "NEWFALSE", "INT", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    *("EMPTY_LIST", "EMPTY_TUPLE", "EMPTY_SET"),
)
