"""Values as YAML that readers of YAML 1.1 and 1.2 take alike, in the same bytes everywhere.

Not by PyYAML or ruamel: their bytes depend on their version and on libyaml, they leave texts bare
that the other version of YAML takes for something else (``1e3``, ``0o7``, ``y``), and they need
several times as long. Only a small part of YAML is written: block mappings and sequences, bare
words, double quotes, literal blocks.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeGuard

from blueprints.emit.text import HIDDEN, UnwritableError, comment, whole

_BARE = re.compile(r"(?:--?)?[A-Za-z_/](?:[A-Za-z0-9_./@+=,()*-]|:(?=[^\s])| (?=[^\s#]))*")
# A quantity or a time: digits and a unit that no reader takes for part of a number.
_QUANTITY = re.compile(r"[1-9][0-9]*(?:[smhdkMGTP]|[KMGTPE]i)")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"))
_ESCAPED = re.compile(f'["\\\\{HIDDEN}]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_NOT_IN_LINES = re.compile(f"(?![\n\t])[{HIDDEN}]|[ \t](?:\n|\\Z)")
# Readers look for the end of a key within so many characters.
_LONGEST_KEY = 1000


def yaml_text(documents: Sequence[Mapping[str, object]], header: str = "") -> bytes:
    """YAML documents, each after ``---``, keys in the order given; ``header`` as comments on top.

    Values are mappings with texts as keys, sequences, texts, ``int``, ``float``, ``bool`` and
    None. What is read back equals what was given. Raises :class:`UnwritableError` for half a
    character, a number that is not finite and a key over 1000 characters; TypeError for a value
    of any other type.
    """
    out: list[str] = [comment(header)]
    for document in documents:
        out.append("---\n")
        if document:
            _mapping(document, "", "", out)
        else:
            out.append("{}\n")
    return "".join(out).encode()


def _mapping(value: Mapping[str, object], indent: str, lead: str, out: list[str]) -> None:
    """``lead`` stands before the first key: the indent, or a blank after a sequence's ``-``."""
    for key, item in value.items():
        if type(item) is str:  # most are: the way for any scalar, without its other questions
            out.append(f"{lead}{_key(key)}: {_string(item, indent)}\n")
        elif item and isinstance(item, Mapping):
            out.append(f"{lead}{_key(key)}:\n")
            _mapping(item, indent + "  ", indent + "  ", out)
        elif item and _is_sequence(item):
            out.append(f"{lead}{_key(key)}:\n")
            _sequence(item, indent, indent, out)
        else:
            out.append(f"{lead}{_key(key)}: {_scalar(item, indent)}\n")
        lead = indent


def _sequence(value: Sequence[object], indent: str, lead: str, out: list[str]) -> None:
    for item in value:
        out.append(f"{lead}-")
        lead = indent
        if item and isinstance(item, Mapping):
            _mapping(item, indent + "  ", " ", out)
        elif item and _is_sequence(item):
            _sequence(item, indent + "  ", " ", out)
        else:
            out.append(f" {_scalar(item, indent)}\n")


@lru_cache(maxsize=4096)
def _key(key: object) -> str:
    """The same keys come again and again."""
    if not isinstance(key, str):
        raise TypeError(f"a key of YAML has to be text, not {type(key).__name__}")
    word = _text(whole(key))
    if len(word) > _LONGEST_KEY:
        raise UnwritableError(f"a key is longer than {_LONGEST_KEY} characters: {word[:40]}")
    return word


def _scalar(value: object, indent: str) -> str:
    if isinstance(value, str):
        return _string(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{}"
    if _is_sequence(value):
        return "[]"
    raise TypeError(f"{type(value).__name__} has no form in YAML")


def _string(value: str, indent: str) -> str:
    text = whole(value)
    if "\n" in text and _is_literal(text):
        return _literal(text, indent + "  ")
    return _text(text)


def _text(text: str) -> str:
    """On one line: bare where every reader takes it for text, else in double quotes."""
    if _BARE.fullmatch(text):
        if len(text) > 5 or text.lower() not in _WORDS:
            return text
    elif _QUANTITY.fullmatch(text):
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    short = _SHORT.get(character)
    if short is not None:
        return short
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_literal(text: str) -> bool:
    """Whether a block shows everything the text holds: no hidden character, no blank at an end."""
    return text[0] not in " \t\n" and not text.endswith("\n\n") and not _NOT_IN_LINES.search(text)


def _literal(text: str, indent: str) -> str:
    lines = text.split("\n")
    mark = "|-"
    if not lines[-1]:
        lines.pop()
        mark = "|"
    return "\n".join([mark, *(indent + line if line else "" for line in lines)])


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise UnwritableError(f"{value} is not a number that can be written")
    text = float.__repr__(value)
    mantissa, exponent, power = text.partition("e")
    if exponent and "." not in mantissa:
        # YAML 1.1 takes 1e+16 for text.
        return f"{mantissa}.0e{power}"
    return text


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, (list, tuple))
