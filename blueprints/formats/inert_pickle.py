"""A pickle read as a list of opcodes on an inert stack: nothing is imported, called or built.

A pickle from a bucket is a program of whoever wrote it. Here a class is its name, a call is a
blank, and only the fields that the caller asks for are kept.
"""

from __future__ import annotations

import io
import pickletools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, TypeAlias


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

_PER_OBJECT = 6
"""Opcodes for one dictionary or object that is held; torch writes twice as many."""

_Step = Callable[[Any], None]
"""What is done at an opcode, given its argument."""

_Reader = Callable[[IO[bytes]], Any]

Kept = Mapping[str, frozenset[str]]
"""`module class` -> the fields to keep; objects of other classes become blanks."""


def load_inert(data: bytes, kept: Kept, opcodes: int) -> Value:
    """Return the value that the pickle makes, of at most so many opcodes.

    Time and memory are proportional to the bytes. Raises NotInert for what is not a pickle, has
    more opcodes, or uses one (persistent ids, extensions, buffers) that needs something outside.
    """
    return run(Machine(kept, opcodes // _PER_OBJECT), data, opcodes)


def run(machine: Machine, data: bytes, opcodes: int) -> Value:
    """Return what a machine has on its stack at the end; raises as load_inert."""
    with warnings.catch_warnings():
        # Of odd escapes in old-style strings, which nobody here looks at.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            _run(machine, data, opcodes)
        except (IndexError, KeyError) as error:
            raise NotInert("it takes what it did not put, or ends too early") from error
        except NotInert:
            raise
        except (ValueError, OverflowError) as error:
            raise NotInert("it is not a pickle") from error
    if len(machine.stack) != 1:
        raise NotInert("it does not end with one value")
    return machine.stack[0]


def _run(machine: Machine, data: bytes, opcodes: int) -> None:
    """Do what `pickletools.genops` and a call per opcode would do, in a fifth of the time.

    The commonest opcodes are done here; of all others, pickletools reads the argument.
    """
    steps, stack, memo, marks = machine.steps, machine.stack, machine.memo, machine.marks
    stream, at = io.BytesIO(data), 0
    for _ in range(opcodes):
        code = data[at]
        at += 1
        if code == _MEMOIZE:
            memo.append(stack[-1])
        elif code == _LONG_BINGET:
            stack.append(memo[int.from_bytes(data[at : at + 4], "little")])
            at += 4
        elif code == _BINGET:
            stack.append(memo[data[at]])
            at += 1
        elif code == _BININT1:
            stack.append(data[at])
            at += 1
        elif code == _MARK:
            marks.append(len(stack))
        elif code == _BININT:
            stack.append(int.from_bytes(data[at : at + 4], "little", signed=True))
            at += 4
        elif code == _BININT2:
            stack.append(data[at] | data[at + 1] << 8)
            at += 2
        elif code == _SHORT_BINUNICODE:
            end = at + 1 + data[at]
            stack.append(data[at + 1 : end].decode("utf-8", "surrogatepass"))
            at = end
        elif code == _STOP:
            return
        else:
            step, read = steps[code]
            if read is None:
                step(None)
            else:
                stream.seek(at)
                step(read(stream))
                at = stream.tell()
    raise NotInert(f"it has more than {opcodes} opcodes")


def _no_pickle(_: object) -> None:
    raise NotInert("it is not a pickle")


def _refuse(name: str, _: object) -> None:
    raise NotInert(f"opcode {name} has no place in it")


class Machine:
    """The stack and the memo. Every step is given the opcode's argument.

    It keeps dictionaries and the objects asked for; lists, tuples and calls become blanks.
    """

    def __init__(self, kept: Kept, room: int) -> None:
        self._room = room
        """How many more dictionaries and objects may be held."""
        self.stack: list[Value] = []
        self.memo: list[Value] = []
        self.marks: list[int] = []
        self._kept = kept
        self.steps: list[tuple[_Step, _Reader | None]] = [(_no_pickle, None) for _ in range(256)]
        self.learn({opcode.name: partial(_refuse, opcode.name) for opcode in pickletools.opcodes})
        self.learn(
            {
                **dict.fromkeys(_NOTHING, self._nothing),
                **dict.fromkeys(_CONSTANTS, self.stack.append),
                **dict.fromkeys(_BLANKS, partial(self._fold, 0)),
                **{f"TUPLE{count}": partial(self._fold, count) for count in (1, 2, 3)},
                **dict.fromkeys(("LIST", "TUPLE", "FROZENSET"), self._fold_to_mark),
                **dict.fromkeys(("APPENDS", "ADDITEMS", "POP_MARK"), self._drop_to_mark),
                **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), self._put),
                **dict.fromkeys(("APPEND", "POP"), self._pop),
                "GET": self._get,
                "DUP": self._duplicate,
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
        )

    def learn(self, steps: Mapping[str, _Step]) -> None:
        """Do these steps at opcodes of these names."""
        for name, step in steps.items():
            code, read = _OPCODES[name]
            self.steps[code] = step, read

    def _nothing(self, _: object) -> None:
        pass

    def _fold(self, count: int, _: object) -> None:
        """Take values, put one that says nothing: a tuple, or the result of a call not made."""
        for _one in range(count):
            self.stack.pop()
        self.stack.append(BLANK)

    def to_mark(self) -> list[Value]:
        """Take everything above the last mark."""
        start = self.marks.pop()
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

    def _get(self, key: int) -> None:
        if key < 0:
            raise NotInert("it takes what it did not put")
        self.stack.append(self.memo[key])

    def _put(self, key: int) -> None:
        # Every pickler numbers what it puts in turn, and may put it again.
        if key == len(self.memo):
            self.memo.append(self.stack[-1])
        elif 0 <= key < len(self.memo):
            self.memo[key] = self.stack[-1]
        else:
            raise NotInert("it leaves out numbers of what it puts")

    def hold(self) -> None:
        """Take room for one more dictionary or object."""
        self._room -= 1
        if self._room < 0:
            raise NotInert("it has too many dictionaries and objects")

    def _empty_dict(self, _: object) -> None:
        self.hold()
        self.stack.append(Map())

    def _dict(self, _: object) -> None:
        self.hold()
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
        self.hold()
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


_OPCODES: dict[str, tuple[int, _Reader | None]] = {
    opcode.name: (ord(opcode.code), opcode.arg.reader if opcode.arg else None)
    for opcode in pickletools.opcodes
}
_MEMOIZE, _MARK, _STOP = (_OPCODES[name][0] for name in ("MEMOIZE", "MARK", "STOP"))
_BINGET, _LONG_BINGET = (_OPCODES[name][0] for name in ("BINGET", "LONG_BINGET"))
_BININT, _BININT1, _BININT2 = (_OPCODES[name][0] for name in ("BININT", "BININT1", "BININT2"))
_SHORT_BINUNICODE = _OPCODES["SHORT_BINUNICODE"][0]
_NOTHING = ("PROTO", "FRAME")
_CONSTANTS = ("LONG", "LONG1", "LONG4", "UNICODE", "BINUNICODE", "BINUNICODE8")
_BLANKS = (
    *("NONE", "NEWTRUE", "NEWFALSE", "INT", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    *("EMPTY_LIST", "EMPTY_TUPLE", "EMPTY_SET"),
)
