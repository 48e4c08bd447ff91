"""What expressions of HCL are worth, as far as a repository says it. Nothing is ever run.

What depends on anything else (outputs of other units, the environment, programs) is `UNKNOWN`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from blueprints.check.tofu.expressions import Node, parse

_SCALAR = (str, int, float)
_DEEPEST = 60
_LONGEST = 1 << 16
"""Characters of a text, and entries of a list or map, that are put together."""


class Unknown:
    """A value that only a run could tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


class Placed(str):
    """A text that was made from where a file lies: it changes when the folder is moved."""

    __slots__ = ()


class WrongError(Exception):
    """A run would stop here; the message says why, in lower case."""


class Names:
    """What lies behind a word such as `local`: worked out entry by entry."""

    def __init__(self, word: str, get: Callable[[str], Any]) -> None:
        self.word = word
        self.get = get
        """From a name to its value; raises WrongError for one that is not there."""


Function = Callable[..., Any]
READ = ("file", "yamldecode", "jsondecode", "lookup")
"""Functions whose result is data, wherever it was looked for."""


class Scope:
    """Where an expression stands: the names and functions that it can use."""

    def __init__(self, names: dict[str, Any], functions: dict[str, Function]) -> None:
        self.names = names
        self.functions = functions
        self.depth = 0

    def of(self, text: str) -> Any:
        """The value of an expression. Raises WrongError."""
        return self.value(parse(text.strip()))

    def value(self, node: Node) -> Any:
        """The value of a part of one. Raises WrongError."""
        if self.depth >= _DEEPEST:
            return UNKNOWN
        self.depth += 1
        try:
            found = getattr(self, f"_{node.kind}")(node)
        finally:
            self.depth -= 1
        return found

    def _unknown(self, node: Node) -> Any:
        return UNKNOWN

    def _literal(self, node: Node) -> Any:
        return node.value

    def _text(self, node: Node) -> Any:
        if len(node.parts) == 1:
            return self.value(node.parts[0])
        found: list[str] = []
        length = 0
        for part in node.parts:
            value = self.value(part)
            one = as_text(value)
            if one is None:
                return UNKNOWN
            found.append(one)
            length += len(one)
            if length > _LONGEST:
                return UNKNOWN
        return _placed(found, "".join(found))

    def _list(self, node: Node) -> Any:
        return [self.value(part) for part in node.parts]

    def _object(self, node: Node) -> Any:
        found = {}
        for key, value in zip(node.parts[::2], node.parts[1::2], strict=True):
            name = as_text(self.value(key))
            if name is None:
                return UNKNOWN
            found[name] = self.value(value)
        return found

    def _name(self, node: Node) -> Any:
        return self.names.get(node.value, UNKNOWN)

    def _attribute(self, node: Node) -> Any:
        return entry(self.value(node.parts[0]), node.value, written(node))

    def _index(self, node: Node) -> Any:
        key = self.value(node.parts[1])
        base = self.value(node.parts[0])
        return UNKNOWN if isinstance(key, Unknown) else entry(base, key, written(node))

    def _call(self, node: Node) -> Any:
        if node.value in ("try", "can"):
            return self._try(node)
        function = self.functions.get(node.value)
        if function is None:
            return UNKNOWN
        given = [self.value(part) for part in node.parts]
        try:
            found = function(*given)
        except (TypeError, ValueError, AttributeError, IndexError, KeyError):
            return UNKNOWN
        return found if node.value in READ else _placed(given, found)

    def _try(self, node: Node) -> Any:
        for part in node.parts:
            try:
                value = self.value(part)
            except WrongError:
                continue
            return value if node.value == "try" or isinstance(value, Unknown) else True
        if node.value == "can":
            return False
        raise WrongError("no argument of try can be worked out")

    def _condition(self, node: Node) -> Any:
        chosen = self.value(node.parts[0])
        if chosen is True or chosen == "true":
            return self.value(node.parts[1])
        if chosen is False or chosen == "false":
            return self.value(node.parts[2])
        return UNKNOWN

    def _operator(self, node: Node) -> Any:
        left, right = (self.value(part) for part in node.parts)
        same = node.value in ("==", "!=")
        if same and (left is None or right is None) and not isinstance(left, (Unknown, Names)):
            if not isinstance(right, (Unknown, Names)):
                return (left is right) == (node.value == "==")
        elif same and isinstance(left, _SCALAR) and isinstance(right, _SCALAR):
            return (left == right) == (node.value == "==")
        elif isinstance(left, bool) and isinstance(right, bool):
            return {"&&": left and right, "||": left or right}.get(node.value, UNKNOWN)
        elif _is_number(left) and _is_number(right):
            compared = {"<": left < right, ">": left > right, "<=": left <= right}
            return (compared | {">=": left >= right}).get(node.value, UNKNOWN)
        return UNKNOWN

    def _not(self, node: Node) -> Any:
        value = self.value(node.parts[0])
        return not value if isinstance(value, bool) else UNKNOWN

    def _minus(self, node: Node) -> Any:
        value = self.value(node.parts[0])
        return -value if _is_number(value) else UNKNOWN


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def entry(base: Any, key: Any, where: str) -> Any:
    """What a map or list holds under a key. Raises WrongError where it holds nothing."""
    if isinstance(base, Names):
        return base.get(str(key))
    if isinstance(base, Unknown):
        return UNKNOWN
    if isinstance(base, dict):
        name = as_text(key)
        if name in base:
            return base[name]
        if all(isinstance(one, str) for one in base):
            raise WrongError(f"{where} is not there")
        return UNKNOWN
    if isinstance(base, list) and isinstance(key, int) and not isinstance(key, bool):
        if 0 <= key < len(base):
            return base[key]
        raise WrongError(f"{where} is not there")
    raise WrongError(f"{where} is asked of something that has no parts")


def as_text(value: Any) -> str | None:
    """A value as it stands in a template; None for one that cannot stand there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def _placed(given: Sequence[Any], found: Any) -> Any:
    """A result that is as placed as what it was made from."""
    if not any(
        isinstance(inner, Placed)
        for one in given
        for inner in (one if isinstance(one, list) else (one,))
    ):
        return found
    if isinstance(found, list):
        return [Placed(one) if type(one) is str else one for one in found]
    return Placed(found) if type(found) is str else found


def written(node: Node) -> str:
    """An expression of names in the way that it is written, for messages."""
    steps: list[str] = []
    while True:
        if node.kind == "attribute":
            steps.append(f".{node.value}")
        elif node.kind == "index":
            key = node.parts[1]
            steps.append(f"[{key.value!r}]" if key.kind == "literal" else "[...]")
        else:
            break
        node = node.parts[0]
    first = f"{node.value}(...)" if node.kind == "call" else str(node.value or "...")
    return first + "".join(reversed(steps))


def bounded(values: Sequence[Any]) -> Any:
    """A list that was put together, unless it is too long."""
    return list(values) if len(values) <= _LONGEST else UNKNOWN
