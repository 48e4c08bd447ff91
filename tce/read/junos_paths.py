"""Configurations of Junos, with braces or as ``set`` commands, as paths of words.

``filter a { term b { from { protocol [ tcp udp ]; } } }`` gives what these commands give:
``set filter a term b from protocol tcp``, ``... protocol udp``. From the CLI user guide: what is
``inactive:`` or deactivated counts as not there; ``replace:`` says how a file is loaded, not what
it holds; ``#`` and ``/* */`` are comments.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from tce.read.refuse import plain, refuse

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*|/\*.*?\*/)
      | (?P<string>"[^"\n]*")
      | (?P<sign>[{};\[\]])
      | (?P<word>[^\s{};\[\]"#]+)""",
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 50
"""Blocks within blocks; Junos has none that are deeper."""
_COMMANDS = ("set", "delete", "deactivate", "activate")


class Word(NamedTuple):
    """One, and where it stands."""

    text: str
    line: int


Path: TypeAlias = tuple[Word, ...]


def paths(text: str, file: str) -> list[Path]:
    """All of a file, in its order; a block with nothing in it is a path too."""
    found = _tokens(plain(text, file, tabs=True), file)
    first = next(found, None)
    if first is None:
        return []
    if first[0] == "word" and first[1].text in _COMMANDS:
        return list(_commands(text.split("\n"), file))
    return list(_Blocks([first, *found], file).paths())


def _tokens(text: str, file: str) -> Iterator[tuple[str, Word]]:
    place, line = 0, 1
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise refuse(file, line, f"{text[place]!r} does not end")
        kind, said = found.lastgroup or "", found.group()
        if kind == "word" and said.startswith("/*"):
            raise refuse(file, line, "the comment does not end")
        if kind != "space":
            what = "sign" if kind == "sign" else "word"
            yield what, Word(said[1:-1] if kind == "string" else said, line)
        else:
            line += said.count("\n")
        place = found.end()


def _commands(lines: Iterable[str], file: str) -> Iterator[Path]:
    """In the order in which they are carried out."""
    there: list[Path] = []
    off: list[tuple[str, ...]] = []
    for number, raw in enumerate(lines, 1):
        tokens = [(kind, word.text) for kind, word in _tokens(raw, file)]
        if not tokens:
            continue
        (_, command), *rest = tokens
        if command not in _COMMANDS or not rest:
            raise refuse(file, number, f"{raw.strip()!r} is no command that is modelled")
        words = tuple(text for _, text in rest)
        if command == "set":
            there += [
                tuple(Word(one, number) for one in path) for path in _spread(rest, file, number)
            ]
        elif command == "delete":
            there = [path for path in there if not _under(path, words)]
        elif command == "deactivate":
            off.append(words)
        else:
            off = [one for one in off if one != words]
    yield from (path for path in there if not any(_under(path, one) for one in off))


def _spread(tokens: list[tuple[str, str]], file: str, line: int) -> list[list[str]]:
    """One path for each word in brackets."""
    found: list[list[str]] = [[]]
    listed: list[str] | None = None
    for kind, text in tokens:
        if kind == "sign" and text == "[" and listed is None:
            listed = []
        elif kind == "sign" and text == "]" and listed:
            found = [[*path, one] for path in found for one in listed]
            listed = None
        elif kind == "sign":
            raise refuse(file, line, f"{text!r} is not modelled here")
        elif listed is not None:
            listed.append(text)
        else:
            found = [[*path, text] for path in found]
    if listed is not None:
        raise refuse(file, line, "a [ without its ]")
    return found


def _under(path: Path, words: tuple[str, ...]) -> bool:
    return tuple(one.text for one in path[: len(words)]) == words


class _Blocks:
    def __init__(self, tokens: list[tuple[str, Word]], file: str) -> None:
        self.tokens = tokens
        self.file = file
        self.place = 0
        self.depth = 0

    def paths(self) -> Iterator[Path]:
        while self.place < len(self.tokens):
            yield from self._statement(())

    def _take(self) -> tuple[str, Word]:
        if self.place == len(self.tokens):
            line = self.tokens[-1][1].line if self.tokens else 1
            raise refuse(self.file, line, "the file ends in the middle of a block")
        self.place += 1
        return self.tokens[self.place - 1]

    def _statement(self, before: Path) -> Iterator[Path]:
        """One, with all that is in it."""
        found: list[Path] = [before]
        inactive = False
        while True:
            kind, word = self._take()
            if kind == "word" and word.text in ("inactive:", "replace:"):
                inactive |= word.text == "inactive:"
            elif kind == "word" and word.text.endswith(":") and found == [before]:
                raise refuse(self.file, word.line, f"{word.text!r} is not modelled")
            elif kind == "word":
                found = [(*path, word) for path in found]
            elif word.text == "[":
                found = [(*path, one) for one in self._listed() for path in found]
            elif found == [before] or word.text == "]":
                raise refuse(self.file, word.line, f"{word.text!r} is not modelled here")
            elif word.text == ";":
                yield from () if inactive else found
                return
            elif word.text == "{":
                inside = list(self._block(found))
                yield from () if inactive else inside
                return
            else:
                raise refuse(self.file, word.line, "a ; is missing before this }")

    def _listed(self) -> list[Word]:
        found = []
        while True:
            kind, word = self._take()
            if kind == "word":
                found.append(word)
            elif word.text == "]" and found:
                return found
            else:
                raise refuse(self.file, word.line, f"{word.text!r} is not modelled here")

    def _block(self, heads: list[Path]) -> Iterator[Path]:
        start = self.place
        self.depth += 1
        if self.depth > _DEEPEST:
            line = self.tokens[start - 1][1].line
            raise refuse(self.file, line, f"more than {_DEEPEST} blocks within each other")
        yield from self._inside(heads, start)
        self.depth -= 1

    def _inside(self, heads: list[Path], start: int) -> Iterator[Path]:
        if self._closed():
            yield from heads
            return
        for head in heads:
            self.place = start
            while not self._closed():
                yield from self._statement(head)

    def _closed(self) -> bool:
        here = self.tokens[self.place] if self.place < len(self.tokens) else None
        if here is None or here[0] != "sign" or here[1].text != "}":
            return False
        self.place += 1
        return True
