"""``tcp-flags "(syn & !ack) | rst"``: which sets of TCP's flags it fits.

From "Firewall Filter Match Conditions Based on Bit-Field Values": parentheses, then ``!``, then
``&`` or ``+``, then ``|`` or ``,``, from the left.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from tce.read.junos_names import FLAGS
from tce.read.ranges import Ranges, flag_bits, flag_ranges
from tce.space.header import FLAGS as FIELD

_Fits: TypeAlias = Callable[[int], bool]
_WORD = re.compile(r"\s*([()!&+|,]|[A-Za-z0-9-]+)")
_LONGEST = 200
"""Characters."""
_ORDER = ("fin", "syn", "rst", "psh", "ack", "urg")
"""From the lowest bit in the header (RFC 9293)."""
_SYNONYMS = {"tcp-established": "(ack|rst)", "tcp-initial": "(syn&!ack)"}


def flags(text: str) -> Ranges:
    """Ranges of the field; raises ValueError for what is not modelled."""
    reader = _Reader(text)
    fits = reader.any_of()
    if reader.words:
        raise ValueError(f"the flags {text!r} are not modelled")
    return flag_ranges(bits for bits in range(1 << len(FIELD)) if fits(bits))


class _Reader:
    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        place = 0
        if len(text) > _LONGEST:
            raise ValueError("an expression of flags that long is not modelled")
        while place < len(text.rstrip()):
            found = _WORD.match(text, place)
            if found is None:
                raise ValueError(f"the flags {text!r} are not modelled")
            self.words.append(found[1])
            place = found.end()

    def any_of(self) -> _Fits:
        parts = [self._all_of()]
        while self._skip("|", ","):
            parts.append(self._all_of())
        return lambda bits: any(part(bits) for part in parts)

    def _all_of(self) -> _Fits:
        parts = [self._one()]
        while self._skip("&", "+"):
            parts.append(self._one())
        return lambda bits: all(part(bits) for part in parts)

    def _one(self) -> _Fits:
        if self._skip("!"):
            inner = self._one()
            return lambda bits: not inner(bits)
        if self._skip("("):
            inside = self.any_of()
            if not self._skip(")"):
                raise ValueError("a ( of flags without its )")
            return inside
        if not self.words:
            raise ValueError("a flag is missing")
        return _named(self.words.pop(0))

    def _skip(self, *signs: str) -> bool:
        if self.words and self.words[0] in signs:
            self.words.pop(0)
            return True
        return False


def _named(word: str) -> _Fits:
    if word in _SYNONYMS:
        return _Reader(_SYNONYMS[word]).any_of()
    mask = flag_bits([FLAGS[word]]) if word in FLAGS else _number(word)
    return lambda bits: bits & mask == mask


def _number(word: str) -> int:
    """The mask of one bit that is written as a number."""
    try:
        value = int(word, 0)
    except ValueError as error:
        raise ValueError(f"the flag {word} is not modelled") from error
    for place, name in enumerate(_ORDER):
        if value == 1 << place:
            return flag_bits([name])
    raise ValueError(f"the flag {word} is not modelled: it is not one bit")
