"""Expressions of HCL as trees. Nothing is evaluated here; what cannot be read is `unknown`.

Source of the grammar: the HCL native syntax specification (templates, conditionals, traversals).
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from blueprints.check.tofu.reader import string_end

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:::[A-Za-z_][A-Za-z0-9_-]*)*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HEREDOC = re.compile(r"<<(-?)([A-Za-z_][A-Za-z0-9_]*)[ \t]*\r?\n")
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|<(?!<)|>|\+|-|\*|/|%")
_FOR = re.compile(r"for\b")
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_STRENGTH = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_DEEPEST = 40


class Node(NamedTuple):
    """One part of an expression.

    ``kind`` is `literal` (value), `text` (parts of a template), `list` (parts), `object` (keys and
    values in turn), `name`, `attribute` (of its part), `index` (part, key), `call` (arguments),
    `condition` (three parts), `operator` (two parts), `not` and `minus` (one), or `unknown`.
    """

    kind: str
    value: Any = None
    parts: tuple["Node", ...] = ()


UNKNOWN = Node("unknown")


class _BadError(Exception):
    """The text is no expression that is understood."""


@lru_cache(maxsize=8192)
def parse(text: str) -> Node:
    """The tree of an expression; ``unknown`` for what is no expression, or too deep."""
    reader = _Parser(text)
    try:
        node = reader.expression()
        reader.space()
    except _BadError:
        return UNKNOWN
    return node if reader.at == len(text) else UNKNOWN


class _Parser:
    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.at = 0
        self.depth = depth

    def space(self) -> None:
        matched = _SPACE.match(self.text, self.at)
        if matched:
            self.at = matched.end()

    def _take(self, mark: str) -> bool:
        self.space()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            raise _BadError

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _BadError
        node = self._binary(0)
        if self._take("?"):
            yes = self.expression()
            self._need(":")
            node = Node("condition", None, (node, yes, self.expression()))
        self.depth -= 1
        return node

    def _binary(self, weakest: int) -> Node:
        left = self._unary()
        while True:
            self.space()
            operator = _OPERATOR.match(self.text, self.at)
            if operator is None or _STRENGTH[operator[0]] <= weakest:
                return left
            self.at = operator.end()
            left = Node("operator", operator[0], (left, self._binary(_STRENGTH[operator[0]])))

    def _unary(self) -> Node:
        self.space()
        signs = []
        while self.text.startswith(("!", "-"), self.at):
            signs.append("not" if self.text[self.at] == "!" else "minus")
            self.at += 1
            self.space()
        node = self._postfix(self._primary())
        for kind in reversed(signs):
            node = Node(kind, None, (node,))
        return node

    def _postfix(self, node: Node) -> Node:
        while True:
            if self.text.startswith((".*", "[*]"), self.at):
                raise _BadError
            if self.text.startswith(".", self.at):
                self.at += 1
                name = _NAME.match(self.text, self.at)
                number = _NUMBER.match(self.text, self.at)
                if name:
                    node, self.at = Node("attribute", name[0], (node,)), name.end()
                elif number and number[0].isdigit():
                    key = Node("literal", int(number[0]))
                    node, self.at = Node("index", None, (node, key)), number.end()
                else:
                    raise _BadError
            elif self.text.startswith("[", self.at):
                self.at += 1
                node = Node("index", None, (node, self.expression()))
                self._need("]")
            else:
                return node

    def _primary(self) -> Node:
        self.space()
        text, at = self.text, self.at
        if text.startswith('"', at):
            return self._quoted()
        heredoc = _HEREDOC.match(text, at)
        if heredoc:
            return self._heredoc(heredoc)
        number = _NUMBER.match(text, at)
        if number:
            self.at = number.end()
            whole = number[0].isdigit()
            return Node("literal", int(number[0][:400]) if whole else float(number[0]))
        name = _NAME.match(text, at)
        if name:
            self.at = name.end()
            if text.startswith("(", self.at):
                self.at += 1
                return Node("call", name[0], self._several(")"))
            if name[0] in _WORDS:
                return Node("literal", _WORDS[name[0]])
            return Node("name", name[0])
        if self._take("("):
            node = self.expression()
            self._need(")")
            return node
        if text.startswith(("[", "{"), at):
            return self._bracket()
        raise _BadError

    def _several(self, end: str) -> tuple[Node, ...]:
        found = []
        while not self._take(end):
            found.append(self.expression())
            if self._take("..."):
                found[-1] = UNKNOWN
            if not self._take(","):
                self._need(end)
                break
        return tuple(found)

    def _bracket(self) -> Node:
        opening = self.text[self.at]
        start = self.at
        self.at += 1
        self.space()
        if _FOR.match(self.text, self.at):
            self.at = _closing(self.text, start)
            return Node("unknown", opening)
        if opening == "[":
            return Node("list", None, self._several("]"))
        found: list[Node] = []
        while not self._take("}"):
            found.append(self._key())
            if not self._take("="):
                self._need(":")
            found.append(self.expression())
            self._take(",")
        return Node("object", None, tuple(found))

    def _key(self) -> Node:
        """A bare word is a text, anything else an expression."""
        name = _NAME.match(self.text, self.at)
        if name and re.compile(r"[ \t]*(?:=(?!=)|:)").match(self.text, name.end()):
            self.at = name.end()
            return Node("literal", name[0])
        return self.expression()

    def _quoted(self) -> Node:
        self.at += 1
        parts: list[Node] = []
        plain: list[str] = []
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == '"':
                self.at += 1
                return _template(parts, plain)
            if char == "\\":
                following = text[self.at + 1 : self.at + 2]
                plain.append(_ESCAPES.get(following, following))
                self.at += 2
            else:
                self._piece(parts, plain)
        raise _BadError

    def _piece(self, parts: list[Node], plain: list[str]) -> None:
        """One character of a template, or one ``${...}``."""
        text = self.text
        if text.startswith(("$${", "%%{"), self.at):
            plain.append(text[self.at + 1 : self.at + 3])
            self.at += 3
        elif text.startswith("${", self.at):
            self.at += 2
            self._take("~")
            if plain:
                parts.append(Node("literal", "".join(plain)))
                plain.clear()
            parts.append(self.expression())
            self._take("~")
            self._need("}")
        elif text.startswith("%{", self.at):
            self.at = _closing(text, self.at + 1)
            parts.append(UNKNOWN)
        else:
            plain.append(text[self.at])
            self.at += 1

    def _heredoc(self, opening: re.Match[str]) -> Node:
        end = re.compile(rf"^[ \t]*{opening[2]}[ \t]*$", re.MULTILINE)
        closing = end.search(self.text, opening.end())
        if closing is None:
            raise _BadError
        inner = _Parser(self.text[opening.end() : closing.start()], self.depth)
        self.at = closing.end()
        if opening[1] and "${" in inner.text:
            return UNKNOWN
        if opening[1]:
            inner.text = _flush_left(inner.text)
        parts: list[Node] = []
        plain: list[str] = []
        while inner.at < len(inner.text):
            inner._piece(parts, plain)
        return _template(parts, plain)


def _template(parts: list[Node], plain: list[str]) -> Node:
    if not parts:
        return Node("literal", "".join(plain))
    if plain:
        parts.append(Node("literal", "".join(plain)))
    return Node("text", None, tuple(parts))


def _flush_left(text: str) -> str:
    lines = text.split("\n")
    margin = min((len(one) - len(one.lstrip()) for one in lines if one.strip()), default=0)
    return "\n".join(one[margin:] for one in lines)


def _closing(text: str, at: int) -> int:
    """Behind the bracket that closes the one at a place."""
    depth = 0
    while at < len(text):
        if text[at] == '"':
            at = string_end(text, at)
            continue
        if text[at] == "#" or text.startswith(("//", "/*"), at):
            comment = _SPACE.match(text, at)
            at = comment.end() if comment else at + 1
            continue
        if text[at] in "{[(":
            depth += 1
        elif text[at] in "}])":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise _BadError
