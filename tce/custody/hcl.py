"""Reads a policy of OpenBao, as it lies in ``keys/policies``: paths, capabilities, lines.

It understands blocks ``path "..." { capabilities = [..] }`` and comments, and refuses everything
else, also what OpenBao would take: what cannot be judged is not installed. Source of the grammar:
openbao.org/docs/concepts/policies; HCL 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 1 << 20
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    | (?P<line>\n)
    | (?P<text>"[^"\\\n]*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>[{}\[\]=,])
    """,
    re.VERBOSE | re.DOTALL,
)


class PolicyError(ValueError):
    """A policy that is not understood, and so not judged."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Read:
    """A path of a policy."""

    path: str
    capabilities: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def read(raw: bytes) -> tuple[Read, ...]:
    """Return what a policy allows, in its order.

    Raises:
        PolicyError: it is not of the form above; a path stands twice, of which OpenBao would take
            one.
    """
    if len(raw) > MOST_BYTES:
        raise PolicyError(1, f"is larger than {MOST_BYTES >> 20} MiB")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise PolicyError(raw.count(b"\n", 0, error.start) + 1, "is not UTF-8 text") from error
    found = tuple(_blocks(_Tokens(list(_tokens(text)))))
    if not found:
        raise PolicyError(1, "allows nothing: no path is in it")
    seen: set[str] = set()
    for one in found:
        if one.path in seen:
            raise PolicyError(one.line, f'path "{one.path}" stands here a second time')
        seen.add(one.path)
    return found


class _Tokens:
    """One after another."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> _Token:
        return self._tokens[self._at]

    def take(self, kind: str, text: str | None = None) -> _Token:
        """The next one, which has to be this."""
        token = self._tokens[self._at]
        if token.kind != kind or (text is not None and token.text != text):
            shown = token.text or "the end"
            raise PolicyError(token.line, f"{text or kind} is expected, and {shown} is there")
        self._at += token.kind != "end"
        return token


def _blocks(tokens: _Tokens) -> Iterator[Read]:
    while tokens.peek().kind != "end":
        start = tokens.take("word", "path")
        path = tokens.take("text").text[1:-1]
        tokens.take("sign", "{")
        tokens.take("word", "capabilities")
        tokens.take("sign", "=")
        capabilities = tuple(_list(tokens))
        tokens.take("sign", "}")
        yield Read(path, capabilities, start.line)


def _list(tokens: _Tokens) -> Iterator[str]:
    tokens.take("sign", "[")
    while tokens.peek().text != "]":
        yield tokens.take("text").text[1:-1]
        if tokens.peek().text != "]":
            tokens.take("sign", ",")
    tokens.take("sign", "]")


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise PolicyError(line, f"{text[at : at + 20].splitlines()[0]!r} is not understood")
        kind = str(match.lastgroup)
        if kind not in ("space", "line"):
            yield _Token(kind, match.group(), line)
        line += match.group().count("\n")
        at = match.end()
    yield _Token("end", "", line)
