"""Whether a value can be of a type constraint of OpenTofu: `object({a = optional(string)})`.

Source: OpenTofu's reference of types; numbers and texts are turned into each other there.
"""

import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.tofu.expressions import Node, parse
from blueprints.check.tofu.values import Names, Unknown

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_MOST = 20_000
"""Values that are looked at of one input."""


def mismatches(value: Any, type_: str) -> Iterator[tuple[str, str]]:
    """Yield (place in the value, what is wrong) for what does not fit; nothing for all the rest."""
    waiting: list[tuple[str, Any, Node]] = [("", value, parse(type_.strip()))]
    for _ in range(_MOST):
        if not waiting:
            return
        place, one, node = waiting.pop()
        if one is None or isinstance(one, (Unknown, Names)):
            continue
        if node.kind == "name":
            if not _plain(one, node.value):
                yield place, f"is no {node.value}"
        elif node.kind == "call" and node.value in _INNER:
            yield from _INNER[node.value](place, one, node.parts, waiting)


_Waiting = list[tuple[str, Any, Node]]


def _plain(value: Any, word: str) -> bool:
    if word == "any":
        return True
    if word in ("list", "set", "map"):
        return isinstance(value, dict if word == "map" else list)
    if isinstance(value, (list, dict)):
        return False
    if word == "number":
        number = isinstance(value, (int, float)) or bool(_NUMBER.fullmatch(str(value)))
        return number and not isinstance(value, bool)
    if word == "bool":
        return (
            value in (True, False, "true", "false") and not isinstance(value, (int, float))
        ) or (isinstance(value, bool))
    return True


def _several(
    place: str, value: Any, parts: tuple[Node, ...], waiting: _Waiting
) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield place, "is no list"
        return
    for index, one in enumerate(value if parts else ()):
        waiting.append((f"{place}[{index}]", one, parts[0]))


def _map(
    place: str, value: Any, parts: tuple[Node, ...], waiting: _Waiting
) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield place, "is no map"
        return
    for key, one in value.items() if parts else ():
        waiting.append((f"{place}.{key}", one, parts[0]))


def _tuple(
    place: str, value: Any, parts: tuple[Node, ...], waiting: _Waiting
) -> Iterator[tuple[str, str]]:
    wanted = parts[0].parts if parts and parts[0].kind == "list" else ()
    if not isinstance(value, list) or len(value) != len(wanted):
        yield place, f"is no tuple of {len(wanted)}"
        return
    for index, (one, node) in enumerate(zip(value, wanted, strict=True)):
        waiting.append((f"{place}[{index}]", one, node))


def _object(
    place: str, value: Any, parts: tuple[Node, ...], waiting: _Waiting
) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield place, "is no object"
        return
    fields = parts[0].parts if parts and parts[0].kind == "object" else ()
    for key, node in zip(fields[::2], fields[1::2], strict=True):
        name = str(key.value)
        optional = node.kind == "call" and node.value == "optional"
        if name in value:
            inner = node.parts[0] if optional and node.parts else node
            waiting.append((f"{place}.{name}", value[name], inner))
        elif not optional:
            yield place, f"has no {name}"


_INNER = {
    "list": _several,
    "set": _several,
    "map": _map,
    "tuple": _tuple,
    "object": _object,
}
