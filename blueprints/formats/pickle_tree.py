"""A whole pickle as a tree of plain values, for files whose layout is not known beforehand.

Like `inert_pickle`, nothing is imported, called or built. Lists, tuples, calls and objects are
groups of what lies in them; a persistent id is kept, as torch names a tensor's storage by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprints.formats.inert_pickle import Blank, Class, Machine, Map, Value, run


@dataclass(slots=True, eq=False)
class Group(Blank):
    """A list, a tuple, a call or an object: what lies in it, in order."""

    items: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Persistent(Blank):
    """Something that lies outside of the pickle, under this id."""

    id: Value


def load_tree(data: bytes, opcodes: int) -> Value:
    """Return the value that the pickle makes, of at most so many opcodes.

    The tree may share parts and go in circles. Raises NotInert as `load_inert` does.
    """
    return run(_Tree(opcodes), data, opcodes)


_MAPS = frozenset({"collections OrderedDict", "collections defaultdict"})


class _Tree(Machine):
    def __init__(self, opcodes: int) -> None:
        super().__init__({}, opcodes)
        steps: Mapping[str, Callable[[Any], None]] = {
            **dict.fromkeys(("EMPTY_LIST", "EMPTY_TUPLE", "EMPTY_SET"), self._empty),
            **dict.fromkeys(("LIST", "TUPLE", "FROZENSET"), self._group_to_mark),
            **dict.fromkeys(("APPENDS", "ADDITEMS"), self._extend_to_mark),
            "TUPLE1": lambda _: self._group(1),
            "TUPLE2": lambda _: self._group(2),
            "TUPLE3": lambda _: self._group(3),
            "APPEND": self._append,
            "NEWOBJ": lambda _: self._group(2),
            "NEWOBJ_EX": lambda _: self._group(3),
            "REDUCE": self._reduce,
            "BUILD": self._append,
            "BINPERSID": self._persistent,
        }
        self.learn(steps)

    def _empty(self, _: object) -> None:
        self.stack.append(Group())

    def _group(self, count: int) -> None:
        if len(self.stack) < count:
            raise IndexError
        items = self.stack[-count:]
        del self.stack[-count:]
        self.stack.append(Group(items))

    def _group_to_mark(self, _: object) -> None:
        self.stack.append(Group(self.to_mark()))

    def _extend_to_mark(self, _: object) -> None:
        self._put_into(self.to_mark())

    def _append(self, _: object) -> None:
        self._put_into([self.stack.pop()])

    def _put_into(self, items: list[Value]) -> None:
        target = self.stack[-1]
        if isinstance(target, Group):
            target.items += items

    def extend(self, pairs: list[tuple[Value, Value]]) -> None:
        target = self.stack[-1]
        if isinstance(target, Map):
            target.pairs += pairs
        elif isinstance(target, Group):
            target.items += [value for _, value in pairs]

    def _reduce(self, _: object) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if isinstance(function, Class) and function.name in _MAPS:
            self.stack.append(Map())
        else:
            self.stack.append(Group([arguments]))

    def _persistent(self, _: object) -> None:
        self.stack.append(Persistent(self.stack.pop()))

    def named(self, name: str) -> None:
        self.stack.append(Class(name))
