"""Words of a shell script: what quotes hold together, and what is expanded only when it runs.

Follows the quoting and token recognition of POSIX (Shell Command Language, 2.2 and 2.3) and bash's
``$'..'`` and arrays. Nothing is run or expanded here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from blueprints.runtimes.runtime import ReadError

Kind: TypeAlias = Literal["text", "variable", "command", "arithmetic"]

_BLANK = " \t"
_ENDS = " \t\n;&|<>()"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_NUMBERED = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})")
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}


@dataclass(frozen=True)
class Part:
    """A piece of a word. Of an expansion, ``text`` is what stands between its marks: ``HOME``,
    ``name[@]``, ``x:-1``, ``date -u``."""

    kind: Kind
    text: str
    quoted: bool


@dataclass(frozen=True)
class Word:
    """What the shell takes as one word before it expands anything."""

    parts: tuple[Part, ...]
    line: int

    @property
    def literal(self) -> str | None:
        """The text, if nothing in it waits to be expanded (no variable, no pattern); else None."""
        if any(part.kind != "text" or expands(part) for part in self.parts):
            return None
        return "".join(part.text for part in self.parts)

    @property
    def plain(self) -> str | None:
        """The text, if nothing at all in it is quoted: what keywords and operators have to be."""
        if any(part.kind != "text" or part.quoted for part in self.parts):
            return None
        return "".join(part.text for part in self.parts)


_PATTERN = re.compile(r"[*?]|\[.+\]|^~|\{.*(,|\.\.).*\}")


def expands(part: Part) -> bool:
    """Whether a text stands for others: unquoted patterns, tildes and braces."""
    return not part.quoted and _PATTERN.search(part.text) is not None


@dataclass
class Text:
    """A script and how far it was read."""

    file: str
    text: str
    at: int = 0

    @property
    def line(self) -> int:
        """Of the place that was reached; counts from 1."""
        return self.text.count("\n", 0, self.at) + 1

    def error(self, what: str, line: int | None = None) -> ReadError:
        """What to raise: where it is, and what it is."""
        return ReadError(f"{self.file}:{line or self.line}: {what}")

    def starts(self, *texts: str) -> str | None:
        """Whichever of the texts stands here, the first that does."""
        return next((one for one in texts if self.text.startswith(one, self.at)), None)

    def here(self) -> str:
        """The next character; "" at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, length: int = 1) -> str:
        """The next characters, which are then behind us."""
        taken = self.text[self.at : self.at + length]
        self.at += length
        return taken

    def skip(self) -> None:
        """Go past blanks, continued lines and a comment, never past the end of a line."""
        while True:
            if self.here() and self.here() in _BLANK:
                self.at += 1
            elif self.starts("\\\n"):
                self.at += 2
            else:
                break
        if self.here() == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end


def word(text: Text) -> Word | None:
    """The word that begins here, or None where none does."""
    line, start = text.line, text.at
    parts = tuple(_merged(_parts(text)))
    return Word(parts, line) if text.at > start else None


def _parts(text: Text) -> Iterator[Part]:
    while (here := text.here()) and here not in _ENDS:
        if text.starts("\\\n"):
            text.take(2)
        elif here == "\\":
            text.take()
            yield Part("text", text.take(), quoted=True)
        elif here == "'":
            yield Part("text", _until_quote(text), quoted=True)
        elif here == '"':
            yield from _double(text)
        elif text.starts("$'"):
            yield Part("text", _ansi(text), quoted=True)
        elif here in "$`":
            yield _expansion(text, quoted=False)
        else:
            yield Part("text", text.take(), quoted=False)
    if text.starts("<(", ">("):
        raise text.error("the shell's own process substitution is not read")


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Neighbouring pieces of text as one."""
    last: Part | None = None
    for part in parts:
        if last and last.kind == part.kind == "text" and last.quoted == part.quoted:
            last = Part("text", last.text + part.text, last.quoted)
            continue
        if last:
            yield last
        last = part
    if last:
        yield last


def _until_quote(text: Text) -> str:
    line = text.line
    text.take()
    end = text.text.find("'", text.at)
    if end < 0:
        raise text.error("a quote that is never closed", line)
    found = text.take(end - text.at)
    text.take()
    return found


def _double(text: Text) -> Iterator[Part]:
    line = text.line
    text.take()
    if text.here() == '"':
        yield Part("text", "", quoted=True)
    while (here := text.here()) != '"':
        if not here:
            raise text.error("a double quote that is never closed", line)
        if text.starts("\\\n"):
            text.take(2)
        elif here == "\\" and text.text[text.at + 1 : text.at + 2] in tuple('$`"\\'):
            text.take()
            yield Part("text", text.take(), quoted=True)
        elif here in "$`":
            yield _expansion(text, quoted=True)
        else:
            yield Part("text", text.take(), quoted=True)
    text.take()


def _ansi(text: Text) -> str:
    """``$'..'``: escapes stand for bytes, which together are UTF-8."""
    line = text.line
    text.take(2)
    found = bytearray()
    while (here := text.here()) != "'":
        if not here:
            raise text.error("a quote that is never closed", line)
        if here != "\\":
            found += text.take().encode()
            continue
        text.take()
        if number := _NUMBERED.match(text.text, text.at):
            text.take(len(number.group()))
            byte, short, long, octal = number.groups()
            if byte or octal:
                found.append(int(byte, 16) if byte else int(octal, 8) & 0xFF)
            else:
                found += chr(int(short or long, 16)).encode()
        elif text.here() in _LETTERS:
            found += _LETTERS[text.take()].encode()
        else:
            raise text.error(f"an escape that is not known: \\{text.here()}")
    text.take()
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise text.error("bytes that are no UTF-8", line) from error


def _expansion(text: Text, *, quoted: bool) -> Part:
    line = text.line
    if text.here() == "`":
        text.take()
        end = text.text.find("`", text.at)
        if end < 0:
            raise text.error("a backquote that is never closed", line)
        found = text.take(end - text.at)
        text.take()
        return Part("command", found, quoted)
    if text.starts("$(("):
        text.take(3)
        return Part("arithmetic", _balanced(text, "(", "))", line), quoted)
    if text.starts("$("):
        text.take(2)
        return Part("command", _balanced(text, "(", ")", line), quoted)
    if text.starts("${"):
        text.take(2)
        return Part("variable", _balanced(text, "{", "}", line), quoted)
    text.take()
    name = _NAME.match(text.text, text.at)
    if name is None:
        return Part("text", "$", quoted)
    return Part("variable", text.take(len(name.group())), quoted)


def _balanced(text: Text, opens: str, closes: str, line: int) -> str:
    """What stands before the end of an expansion; its own quotes and brackets are skipped."""
    start, depth = text.at, 0
    while text.here():
        if depth == 0 and text.starts(closes):
            found = text.text[start : text.at]
            text.take(len(closes))
            return found
        here = text.here()
        if here == "'":
            _until_quote(text)
        elif here == '"':
            for _ in _double(text):
                pass
        elif here == "\\":
            text.take(2)
        else:
            depth += (here == opens) - (here == closes[0])
            text.take()
    raise text.error("an expansion that is never closed", line)
