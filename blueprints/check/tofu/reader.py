"""The structure of an HCL file with its lines: blocks, attributes, what expressions refer to.

A parser of HCL gives values but neither lines nor references, so this reads the text itself.
Whether it is valid HCL is told by the rule `hcl-syntax`; of a text that is not, this gives what it
could make of it and never fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_HEREDOC = re.compile(r"<<-?([A-Za-z_][A-Za-z0-9_]*)[ \t]*\r?\n")
_STRING = re.compile(r'"(?:[^"\\$%]|\\.|\$\$\{|%%\{|[$%](?!\{))*"', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_LOOP = re.compile(r"\bfor\s+([A-Za-z_]\w*)(?:\s*,\s*([A-Za-z_]\w*))?\s+in\b")
_REFERENCE = re.compile(
    r"(?<![\w.\-\]\"])(var|local|module|data|each|count|self|path|terraform|[a-z][a-z0-9]*_[a-z0-9_]+)"
    r"((?:\[[^\[\]]*\])?(?:\.(?:[A-Za-z_][\w-]*|\*)(?:\[[^\[\]]*\])?)+)"
)
_DEEPEST = 60


@dataclass(frozen=True)
class Expression:
    """A value that is known only when it is evaluated."""

    text: str


@dataclass(frozen=True)
class Attribute:
    """`name = expression`."""

    name: str
    line: int
    text: str
    """The expression as written."""

    @cached_property
    def value(self) -> Any:
        """A plain value, with `Expression` wherever something has to be evaluated."""
        return literal(self.text.strip())

    @cached_property
    def references(self) -> tuple[tuple[str, ...], ...]:
        """What it refers to: ("var", "name"), ("github_team", "this", "id")."""
        return tuple(references(self.text))


@dataclass
class Block:
    """`type "label" { ... }`; a file is one without type."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def of(self, *types: str) -> Iterator["Block"]:
        """Yield the blocks of some types right in this one."""
        return (block for block in self.blocks if block.type in types)

    def all(self) -> Iterator[Attribute]:
        """Yield every attribute in this block and in those inside it."""
        yield from self.attributes.values()
        for block in self.blocks:
            yield from block.all()

    def value(self, name: str) -> Any:
        """The value of an attribute, or None."""
        attribute = self.attributes.get(name)
        return None if attribute is None else attribute.value


def read(text: str) -> Block:
    """The structure of one file."""
    reader = _Reader(text)
    top = Block("", (), 1)
    reader.body(top, 0)
    return top


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._counted = 0
        self._line = 1

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def space(self) -> None:
        matched = _SPACE.match(self.text, self.at)
        if matched:
            self.at = matched.end()

    def body(self, into: Block, depth: int) -> None:
        while self.at < len(self.text):
            self.space()
            if self.text.startswith("}", self.at):
                self.at += 1
                return
            name = _NAME.match(self.text, self.at)
            if name is None:
                self.at += 1
                continue
            line = self.line()
            self.at = name.end()
            self._entry(into, name[0], line, depth)

    def _entry(self, into: Block, name: str, line: int, depth: int) -> None:
        labels: list[str] = []
        while True:
            self._blank()
            string = _STRING.match(self.text, self.at)
            label = _NAME.match(self.text, self.at)
            if string:
                labels.append(unquoted(string[0]))
                self.at = string.end()
            elif label:
                labels.append(label[0])
                self.at = label.end()
            else:
                break
        if self.text.startswith("{", self.at):
            self.at += 1
            block = Block(name, tuple(labels), line)
            into.blocks.append(block)
            if depth < _DEEPEST:
                self.body(block, depth + 1)
        elif self.text.startswith("=", self.at) and not labels:
            self.at += 1
            start = self.at
            self.at = expression_end(self.text, start)
            into.attributes.setdefault(name, Attribute(name, line, self.text[start : self.at]))
        else:
            self.at = max(self.at, self.text.find("\n", self.at), 0) or len(self.text)

    def _blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1


def expression_end(text: str, at: int) -> int:
    """Where the expression that starts at a place ends: at a line's end outside of brackets."""
    depth = 0
    while at < len(text):
        letter = text[at]
        if letter == '"':
            at = string_end(text, at)
            continue
        heredoc = _HEREDOC.match(text, at) if letter == "<" else None
        if heredoc:
            end = re.compile(rf"^[ \t]*{heredoc[1]}[ \t]*$", re.MULTILINE).search(
                text, heredoc.end()
            )
            at = end.end() if end else len(text)
            continue
        if letter in "#" or text.startswith(("//", "/*"), at):
            comment = _SPACE.match(text, at)
            if depth <= 0:
                return at
            at = comment.end() if comment else at + 1
            continue
        if letter in "{[(":
            depth += 1
        elif letter in "}])":
            depth -= 1
            if depth < 0:
                return at
        elif letter == "\n" and depth <= 0:
            return at
        at += 1
    return len(text)


def string_end(text: str, at: int) -> int:
    """After the closing quote of the string that starts at a place; `${...}` may hold others."""
    at += 1
    depths = [0]  # of brackets in each of the strings that are open
    while at < len(text):
        depth = depths[-1]
        if text[at] == "\\":
            at += 2
            continue
        if depth == 0 and text.startswith(("$${", "%%{"), at):
            at += 3
            continue
        if text.startswith(("${", "%{"), at):
            depths[-1] += 1
            at += 2
            continue
        if text[at] == '"':
            if depth:
                depths.append(0)
            elif len(depths) == 1:
                return at + 1
            else:
                depths.pop()
        elif depth and text[at] in "{}":
            depths[-1] += 1 if text[at] == "{" else -1
        at += 1
    return len(text)


def unquoted(text: str) -> str:
    """A string without its quotes and escapes."""
    inner = text[1:-1].replace("$${", "${").replace("%%{", "%{")
    return re.sub(r'\\(["\\nt])', lambda one: {"n": "\n", "t": "\t"}.get(one[1], one[1]), inner)


def literal(text: str, depth: int = 0) -> Any:
    """The value of an expression as far as it is plain."""
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    if _NUMBER.match(text):
        return float(text) if any(letter in text for letter in ".eE") else int(text)
    string = _STRING.match(text)
    if string and string.end() == len(text):
        return unquoted(text)
    if depth < _DEEPEST and text[:1] in ("[", "{") and expression_end(text, 0) == len(text):
        inner = text[1:-1]
        if text[0] == "[" and not _LOOP.match(inner.strip()):
            return [literal(one, depth + 1) for one in parts(inner)]
        if text[0] == "{" and not _LOOP.match(inner.strip()):
            return _object(inner, depth)
    return Expression(text)


def _object(inner: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in parts(inner):
        string = _STRING.match(one)
        name = string or _NAME.match(one)
        if name is None:
            continue
        rest = one[name.end() :].lstrip()
        key = unquoted(name[0]) if string else name[0]
        found[key] = literal(rest[1:].strip(), depth + 1) if rest[:1] in ("=", ":") else None
    return found


def parts(text: str) -> Iterator[str]:
    """Yield the items of a list or an object, without comments around them."""
    at = start = depth = 0
    while at <= len(text):
        letter = text[at : at + 1]
        if letter == '"':
            at = string_end(text, at)
            continue
        if not letter or (depth == 0 and letter in ",\n"):
            one = _SPACE.sub(" ", text[start:at]).strip() if "#" in text else text[start:at].strip()
            if one:
                yield one
            start = at + 1
        elif letter in "{[(":
            depth += 1
        elif letter in "}])":
            depth -= 1
        at += 1


def references(text: str) -> Iterator[tuple[str, ...]]:
    """Yield what an expression refers to, the names of its own loops left out."""
    bare = _evaluated(text)
    own = {name for loop in _LOOP.findall(bare) for name in loop if name}
    for matched in _REFERENCE.finditer(bare):
        if matched[1] not in own:
            steps = re.sub(r"\[[^\[\]]*\]", "", matched[2]).split(".")[1:]
            yield (matched[1], *steps)


def _evaluated(text: str, depth: int = 0) -> str:
    """What of an expression is code: everything outside of strings and inside of `${...}`."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = string_end(text, at)
            found.append('""')
            if depth < _DEEPEST:
                found.extend(_interpolated(text[at + 1 : end - 1], depth))
            at = end
            continue
        heredoc = _HEREDOC.match(text, at) if text[at] == "<" else None
        if heredoc:
            end = expression_end(text, at)
            found.extend(_interpolated(text[heredoc.end() : end], depth))
            at = end
            continue
        found.append(text[at])
        at += 1
    return "".join(found)


def _interpolated(inner: str, depth: int) -> Iterator[str]:
    at = 0
    while True:
        at = min((n for n in (inner.find("${", at), inner.find("%{", at)) if n >= 0), default=-1)
        if at < 0:
            return
        if at and inner[at - 1] == inner[at]:
            at += 2
            continue
        end = expression_end(inner, at + 2)
        yield f" {_evaluated(inner[at + 2 : end], depth + 1)} "
        at = end
