"""Words of an nftables file, each with its place: lines, strings, signs; ``$names`` filled in."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tce.read.refuse import refuse

_TOKEN = re.compile(
    r"""(?P<space>[ \t]+|\\\n|\#[^\n]*)
      | (?P<newline>\n)
      | (?P<string>"[^"\n]*")
      | (?P<sign>==|!=|<=|>=|<<|>>|[{}();,=!&|<>^@/+])
      | (?P<word>\$?[A-Za-z0-9_.:*-]+(?:/[0-9]+)?)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One of them."""

    kind: str
    """``word``, ``string`` (without its quotes), ``sign``, ``newline``."""
    text: str
    line: int
    start: int
    end: int


def tokens(text: str, file: str) -> Iterator[Token]:
    """All of a file, without comments; ``#`` begins one, and ``\\`` at its end joins a line."""
    line, place = 1, 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise refuse(file, line, f"{text[place]!r} is not modelled here")
        kind, word = found.lastgroup or "", found.group()
        if kind != "space":
            said = word[1:-1] if kind == "string" else word
            yield Token(kind, said, line, place, found.end())
        line += word.count("\n")
        place = found.end()


class Stream:
    """Tokens one after the other, with a look ahead; raises with the line of what it is not."""

    def __init__(self, text: str, file: str, given: Iterable[Token] | None = None) -> None:
        self.text = text
        self.file = file
        self.tokens = list(tokens(text, file) if given is None else given)
        end = self.tokens[-1] if self.tokens else Token("end", "", 1, 0, 0)
        self.tokens.append(Token("end", "", end.line, end.end, end.end))
        self.place = 0

    def part(self, first: int, last: int) -> "Stream":
        """Those between two places, the last not among them."""
        return Stream(self.text, self.file, self.tokens[first:last])

    def over(self) -> None:
        """Leaves a statement behind, with all blocks in it; its end stays."""
        depth = 0
        while self.now.kind != "end":
            if self.now.kind == "sign":
                depth += {"{": 1, "}": -1}.get(self.now.text, 0)
            if depth < 0 or (not depth and (self.now.kind == "newline" or self.now.text == ";")):
                return
            self.place += 1

    @property
    def now(self) -> Token:
        """The next one."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """The next one, left behind."""
        token = self.now
        if token.kind == "end":
            raise refuse(self.file, token.line, "the file ends in the middle of something")
        self.place += 1
        return token

    def skip(self, *texts: str) -> bool:
        """Whether the next ones were these, which are then left behind."""
        for ahead, text in enumerate(texts):
            token = self.tokens[min(self.place + ahead, len(self.tokens) - 1)]
            if token.text != text or token.kind not in ("word", "sign"):
                return False
        self.place += len(texts)
        return True

    def expect(self, text: str) -> Token:
        """The next one, which has to be this."""
        token = self.take()
        if token.text != text or token.kind == "string":
            raise self.odd(token, f"where {text!r} has to be")
        return token

    def word(self) -> Token:
        """The next one, which has to be a word or a string."""
        token = self.take()
        if token.kind not in ("word", "string"):
            raise self.odd(token, "where a word has to be")
        return token

    def split(self, head: str) -> None:
        """Makes two of the next one: what it begins with, and a ``:`` (and what follows it)."""
        one = self.now
        middle = one.start + len(head)
        tail = one.text[len(head) + 1 :]
        parts = [Token(one.kind, head, one.line, one.start, middle)] if head else []
        parts.append(Token("word", ":", one.line, middle, middle + 1))
        if tail:
            parts.append(Token("word", tail, one.line, middle + 1, one.end))
        self.tokens[self.place : self.place + 1] = parts

    def blank(self) -> None:
        """Leaves line ends behind."""
        while self.now.kind == "newline":
            self.place += 1

    def ends(self) -> bool:
        """Whether a statement is over here; its ``;`` or line end is left behind."""
        if self.now.kind == "newline" or self.now.text == ";":
            self.place += 1
            return True
        return self.now.kind == "end" or self.now.text == "}"

    def odd(self, token: Token, why: str = "is not modelled") -> Exception:
        """The error for a token; to be raised."""
        said = {"newline": "the line's end", "end": "the file's end"}
        return refuse(self.file, token.line, f"{said.get(token.kind, repr(token.text))} {why}")

    def between(self, first: int, last: int) -> str:
        """What stands between two tokens' places, the last not in it, on one line."""
        if last <= first:
            return ""
        raw = self.text[self.tokens[first].start : self.tokens[last - 1].end]
        return " ".join(raw.split())
