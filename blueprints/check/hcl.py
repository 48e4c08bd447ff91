"""HCL files of OpenTofu and Terraform: read by HashiCorp's own parser, and scanned for references.

The parser (``pygohcl``) runs in this process: text that is nested so deep that it would run out of
stack is not given to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from blueprints.check.repository import Repository

MOST_BYTES = 1 << 20
MOST_DEPTH = 200

_ERROR = re.compile(r"tmp\.hcl:(\d+),\d+(?:-(?:\d+,)?\d+)?: ")
_PLACE = re.compile(r"at tmp\.hcl:(\d+),\d+(?:-(?:\d+,)?\d+)?")
_WORD = r"[A-Za-z_][A-Za-z0-9_-]*"
_TRAVERSAL = re.compile(
    rf"(?<![\w.\-])({_WORD}(?:\.{_WORD}|\.\d+|\.\*|\[(?:\d+|\*|\"[^\"$%\\]*\"|[\w.-]+)\])+)"
)
_CALL = re.compile(rf"(?<![\w.\-:]){_WORD}(?=\()")
_HEREDOC = re.compile(r"<<(-?)([A-Za-z_][\w-]*)\r?\n")
_KEY = re.compile(_WORD)
_GIVES = re.compile(r"[ \t]*(?:=(?![=>])|:)")
_SKIPPED = re.compile(r"#|//|/\*|<<-?[A-Za-z_][\w-]*\r?\n")
_LOOP = re.compile(rf"\bfor\s+({_WORD})(?:\s*,\s*({_WORD}))?\s+in\b")


@dataclass(frozen=True)
class Problem:
    """Where the parser stopped, and why."""

    line: int
    message: str


_PARSED: "WeakKeyDictionary[Repository, dict[str, tuple[dict[str, Any], tuple[Problem, ...]]]]"
_PARSED = WeakKeyDictionary()


@dataclass(frozen=True)
class Code:
    """A piece of expression, outside of texts and comments, and the line that it starts on."""

    text: str
    line: int

    def line_at(self, position: int) -> int:
        """The line of a place in the piece."""
        return self.line + self.text.count("\n", 0, position)


def of(repo: Repository, path: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """:func:`parse` of a file of a repository, read once."""
    known = _PARSED.setdefault(repo, {})
    if path not in known:
        known[path] = parse(repo.read(path))
    return known[path]


def parse(raw: bytes) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """What a file says, and nothing where it cannot be read; expressions are their own text."""
    import pygohcl

    if len(raw) > MOST_BYTES:
        return {}, (Problem(0, f"is larger than {MOST_BYTES >> 20} MiB"),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return {}, (Problem(raw.count(b"\n", 0, error.start) + 1, "is not UTF-8 text"),)
    if "\0" in text:
        return {}, (Problem(text.count("\n", 0, text.index("\0")) + 1, "holds a NUL character"),)
    deep = too_deep(text)
    if deep:
        return {}, (Problem(deep, f"is nested deeper than {MOST_DEPTH} levels"),)
    try:
        return pygohcl.loads(text, keep_interpolations=True), ()
    except (pygohcl.HCLParseError, pygohcl.HCLInternalError) as error:
        return {}, tuple(_problems(str(error)))
    except (RecursionError, ValueError):
        return {}, (Problem(0, "cannot be read"),)


def _problems(message: str) -> Iterator[Problem]:
    parts = _ERROR.split(message)
    if len(parts) < 3:
        yield Problem(0, "cannot be read: " + " ".join(message.split())[:200])
    for line, said in zip(parts[1::2], parts[2::2], strict=True):
        summary, _, detail = said.strip().rstrip(",").partition("; ")
        text = detail or summary
        plain = _PLACE.sub(r"on line \1", text.split(". ")[0].rstrip("."))
        yield Problem(int(line), "is not HCL: " + _lower(plain))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def too_deep(text: str) -> int:
    """The line on which nesting goes too far (brackets in texts are counted too), or 0."""
    depth = 0
    line = 1
    for char in text:
        if char in "[{(":
            depth += 1
            if depth > MOST_DEPTH:
                return line
        elif char in "]})":
            depth = max(depth - 1, 0)
        elif char == "\n":
            line += 1
    return 0


@lru_cache(maxsize=64)
def code(text: str) -> tuple[Code, ...]:
    """The pieces of a file that are expressions: outside of texts and comments, or in ``${...}``.

    For text that :func:`parse` could read.
    """
    pieces = _Pieces(text)
    pieces.read()
    return tuple(pieces.found)


class _Pieces:
    """Cuts text; a text between quotes is a stack of texts and the expressions in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Code] = []
        self.at = 0
        self._line = (0, 1)
        """A place in the text and its line; places are asked for in their order."""

    def skip_quoted(self, start: int) -> None:
        """Move behind the text that starts with the quote at ``start``."""
        self.at = start + 1
        self._quoted()

    def skip(self, start: int) -> int:
        """Where a comment or heredoc that starts at ``start`` ends; ``start`` where none does."""
        text = self.text
        if text[start] == "#" or text.startswith("//", start):
            stop = text.find("\n", start)
            return stop if stop >= 0 else len(text)
        if text.startswith("/*", start):
            stop = text.find("*/", start + 2)
            return stop + 2 if stop >= 0 else len(text)
        if opening := _HEREDOC.match(text, start):
            self.at = opening.end()
            self._heredoc(opening[2])
            return self.at
        return start

    def read(self) -> None:
        """The whole file."""
        self._expression(end="")

    def _expression(self, end: str) -> None:
        """Up to the brace that closes it, or the end of the file."""
        start = self.at
        depth = 0
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == '"':
                self._take(start)
                self.at += 1
                self._quoted()
                start = self.at
                continue
            if _SKIPPED.match(text, self.at):
                self._take(start)
                self.at = start = self.skip(self.at)
                continue
            if char == "{":
                depth += 1
            elif char == "}":
                if end and depth == 0:
                    break
                depth -= 1
            self.at += 1
        self._take(start)

    def _take(self, start: int) -> None:
        piece = self.text[start : self.at]
        if piece.strip():
            place, line = self._line
            self._line = (start, line + self.text.count("\n", place, start))
            self.found.append(Code(piece, self._line[1]))

    def _quoted(self) -> None:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                self.at += 2
            elif char == '"':
                self.at += 1
                return
            elif not self._template():
                self.at += 1

    def _heredoc(self, word: str) -> None:
        stop = re.compile(rf"^[ \t]*{re.escape(word)}[ \t]*$", re.MULTILINE)
        closing = stop.search(self.text, self.at)
        last = closing.start() if closing else len(self.text)
        while self.at < last:
            if not self._template():
                self.at += 1
        self.at = closing.end() if closing else len(self.text)

    def _template(self) -> bool:
        """Read ``${...}`` or ``%{...}`` if one stands here; ``$${`` is text."""
        text = self.text
        for mark in ("$", "%"):
            if text.startswith(f"{mark}{mark}{{", self.at):
                self.at += 3
                return True
            if text.startswith(f"{mark}{{", self.at):
                self.at += 2
                self._expression(end="}")
                self.at += 1
                return True
        return False


def repeated(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield (line, key, line of the first) for keys that stand twice in one object.

    The parser takes the last without a word; in a block it refuses the second.
    """
    pieces = _Pieces(text)
    scopes: list[dict[str, int] | None] = [None]
    fresh, line, at = False, 1, 0
    while at < len(text):
        char, start, key = text[at], at, ""
        if char in "{[(":
            scopes.append({} if char == "{" else None)
            at += 1
        elif char in "}])":
            del scopes[max(len(scopes) - 1, 1) :]
            at += 1
        elif char == '"':
            pieces.skip_quoted(at)
            at, key = pieces.at, text[start + 1 : pieces.at - 1]
        elif word := _KEY.match(text, at):
            at, key = word.end(), word[0]
        else:
            at = max(pieces.skip(at), at + 1)
        scope = scopes[-1]
        if key and fresh and scope is not None and _GIVES.match(text, at):
            if key in scope:
                yield line, key, scope[key]
            scope.setdefault(key, line)
        if char not in " \t\r":
            fresh = char in "{,\n"
        line += text.count("\n", start, at)


def traversals(piece: Code) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield (parts, line) of each ``a.b.c``; an index is dropped: ``a.b["x"].c`` is a, b, c."""
    place, line = 0, piece.line
    for found in _TRAVERSAL.finditer(piece.text):
        plain = re.sub(r"\[[^\]]*\]|\.\*|\.\d+", "", found[1])
        parts = tuple(plain.split("."))
        # Counted from the last one on: a file may have very many.
        line += piece.text.count("\n", place, found.start())
        place = found.start()
        if len(parts) > 1:
            yield parts, line


def calls(piece: Code) -> Iterator[tuple[str, int]]:
    """Yield (name, line) of each function call."""
    place, line = 0, piece.line
    for found in _CALL.finditer(piece.text):
        line += piece.text.count("\n", place, found.start())
        place = found.start()
        yield found[0], line


def loop_names(pieces: list[Code]) -> set[str]:
    """Names that ``for`` expressions bind anywhere in a file."""
    return {
        name
        for piece in pieces
        for found in _LOOP.finditer(piece.text)
        for name in found.groups()
        if name
    }
