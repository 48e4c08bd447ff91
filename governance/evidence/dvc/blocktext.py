"""Reads the plain block YAML that DVC itself writes, much faster than a YAML parser.

A history holds ten thousand versions of one `dvc.lock`. What is not of the few forms that are known
here is left to `blueprints.yamlfile`, so this reads a part of YAML and never another language:
that both read the same is a property test.
"""

import re
from typing import TypeAlias

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
"""All scalars are text: a digest of digits only must not become a number."""

MAX_DEPTH = 32
OPAQUE = frozenset({"cmd", "desc"})
"""Keys whose values are never looked at: quoted text and text blocks of several lines are passed
over, not read."""

_FOREIGN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_KEY = re.compile(r"([A-Za-z_][\w./@~-]*|'[^']*'|\"[^\"\\]*\"):(?: +(.*))?")
_PLAIN = re.compile(r"(?:[\w/.$(+~]|-(?=[\w/.])).*")
_NOT_PLAIN = re.compile(r":(?: |$)| #")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"\\]*)\"")
_TEXT_BLOCK = re.compile(r"[|>][+-]?")
_NULLS = {"~", "null", "Null", "NULL"}


class _OtherForm(Exception):  # noqa: N818 - no error: another parser reads it
    """The text is of a form that is not known here."""


def read_block(text: str) -> dict[str, Plain] | None:
    """Return what the text says, or None where it is not of the known forms."""
    if _FOREIGN.search(text):
        return None
    try:
        return _Reader(text).document()
    except _OtherForm:
        return None


class _Reader:
    """Goes through the lines once; each method reads one block of one indentation."""

    def __init__(self, text: str) -> None:
        # (spaces before, the rest); the rest of a blank line is empty.
        self._lines: list[tuple[int, str]] = []
        for line in text.split("\n"):
            rest = line.lstrip(" ")
            self._lines.append((len(line) - len(rest), rest.rstrip(" ")))
        while self._lines and not self._lines[-1][1]:
            self._lines.pop()
        self._lines.append((-1, "end"))
        self._at = 0
        self._depth = 0

    def document(self) -> dict[str, Plain]:
        value = self._mapping(0)
        if self._at != len(self._lines) - 1:
            raise _OtherForm
        return value

    def _mapping(self, indent: int) -> dict[str, Plain]:
        self._deeper()
        found: dict[str, Plain] = {}
        while self._lines[self._at][0] == indent:
            rest = self._lines[self._at][1]
            if rest.startswith("- "):
                break
            key, value = self._key(rest)
            if key in found:
                raise _OtherForm
            self._at += 1
            found[key] = self._value(value, indent, opaque=key in OPAQUE)
        if not found:
            raise _OtherForm
        self._depth -= 1
        return found

    def _key(self, rest: str) -> tuple[str, str]:
        match = _KEY.fullmatch(rest)
        if match is None:
            raise _OtherForm
        key = match[1]
        return key[1:-1] if key[0] in "'\"" else key, match[2] or ""

    def _value(self, text: str, indent: int, *, opaque: bool) -> Plain:
        if not text:
            inner, rest = self._lines[self._at]
            if rest.startswith("- ") and inner >= indent:
                return self._sequence(inner)
            return self._mapping(inner) if inner > indent else None
        if text in ("[]", "{}"):
            return [] if text == "[]" else {}
        quoted = _QUOTED.fullmatch(text)
        if quoted is not None:
            self._must_end(indent)
            return quoted[1] if quoted[1] is not None else quoted[2]
        if opaque and text[0] in "'\"|>":
            self._pass_over(text, indent)
            return ""
        return self._plain(text, indent)

    def _sequence(self, indent: int) -> list[Plain]:
        self._deeper()
        found: list[Plain] = []
        while self._lines[self._at][0] == indent:
            rest = self._lines[self._at][1]
            if not rest.startswith("- "):
                break
            inner = rest[2:].lstrip(" ")
            if _KEY.fullmatch(inner):
                # A mapping that begins on the line of its dash.
                within = indent + len(rest) - len(inner)
                self._lines[self._at] = (within, inner)
                found.append(self._mapping(within))
            else:
                self._at += 1
                found.append(self._value(inner, indent, opaque=False))
        self._depth -= 1
        return found

    def _plain(self, text: str, indent: int) -> str | None:
        pieces = [text]
        while self._lines[self._at][0] > indent:
            pieces.append(self._lines[self._at][1])
            self._at += 1
        for piece in pieces:
            if _PLAIN.fullmatch(piece) is None or _NOT_PLAIN.search(piece):
                raise _OtherForm
        return None if text in _NULLS and len(pieces) == 1 else " ".join(pieces)

    def _pass_over(self, text: str, indent: int) -> None:
        if text[0] in "|>":
            if _TEXT_BLOCK.fullmatch(text) is None:
                raise _OtherForm
            inner = 0
            while self._lines[self._at][0] > indent or not self._lines[self._at][1]:
                here, line = self._lines[self._at]
                if line and here < inner:
                    raise _OtherForm
                inner = inner or (here if line else 0)
                self._at += 1
            return
        quote, line = text[0], text[1:]
        skipped = re.compile(r"''" if quote == "'" else r"\\.|\\$")
        while True:
            left = skipped.sub("", line)
            if quote in left:
                if left.index(quote) != len(left) - 1:
                    raise _OtherForm
                self._must_end(indent)
                return
            here, line = self._lines[self._at]
            if here <= indent and line:
                raise _OtherForm
            self._at += 1

    def _must_end(self, indent: int) -> None:
        """After a quoted text nothing can follow that is indented more."""
        if self._lines[self._at][0] > indent:
            raise _OtherForm

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _OtherForm
