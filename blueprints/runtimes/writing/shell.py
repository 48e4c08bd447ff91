"""Texts as words of a bash script: whatever they hold, they arrive as they are."""

import itertools
import re
import shlex
from collections.abc import Iterable
from typing import NewType

from blueprints.emit.text import HIDDEN, UnwritableError, whole

Shell = NewType("Shell", str)
"""A word as the script has it, quoted where it has to be."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "'": "\\'"}


def quote(text: str) -> Shell:
    """The word that stands for exactly this text in bash.

    Line ends and what shows nothing or reorders are written as ``$'..'`` with bytes, so that no
    line of a script is somebody's text, in any locale. Raises
    :class:`~blueprints.emit.text.UnwritableError` for NUL and half a character.
    """
    text = whole(text)
    if "\0" in text:
        raise UnwritableError("a word of a script cannot hold NUL")
    if not _HIDDEN.search(text):
        return Shell(shlex.quote(text))
    return Shell("$'" + "".join(map(_escape, text)) + "'")


def quoted(texts: Iterable[str]) -> list[Shell]:
    """Each as :func:`quote` has it."""
    return [quote(text) for text in texts]


def call(words: Iterable[Shell], indent: str = "") -> str:
    """One command, each option and argument on a line of its own; no newline at the end."""
    every = list(words)
    begin = list(itertools.takewhile(lambda word: not word.startswith("-"), every))
    return f" \\\n{indent}  ".join([" ".join(begin), *every[len(begin) :]])


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _HIDDEN.match(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
