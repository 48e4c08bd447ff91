"""Encodings that look like text: base64, hex, percent-encoding, escapes; taken off in one piece.

All runs of one encoding are put into one layer, an empty line between them, so that a file of a
thousand encoded values is a few layers and not thousands.
"""

import base64
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

# Wrapped lines, indented ones, ones in quotes with a comma or a plus between them are one run.
_BETWEEN = rb"(?:\\[nr]|[\s\"'\\,|]){1,64}"
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:" + _BETWEEN + rb"[A-Za-z0-9+/_-]{4,})*")
_NOT_BASE64 = re.compile(rb"\\[nr]|[^A-Za-z0-9+/_-]")
_HEX = re.compile(rb"(?:(?:0[xX]|\\x|%)?[0-9a-fA-F]{2}[\s:,;\"'-]{0,64}){16,}[0-9a-fA-F]?")
_NOT_HEX = re.compile(rb"0[xX]|[^0-9a-fA-F]")
_TEXT = re.compile(rb"[\t-\r\x20-\x7e]{16,}")
_BLANK = b" \t\r\n\f\v"
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{3})|([abfnrtv0\\/\"']))")
_NAMED = {b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b"0": 0}
_STANDARD = bytes.maketrans(b"-_", b"+/")
_GAP = b"\n\n"

SHIFTS = 4
"""Where a run of base64 may begin, counted in characters: text may stand right before it."""


def text(data: bytes) -> bytes:
    """What of some bytes is text, in runs of at least 16 characters: nothing else is encoded so.

    Of random bytes hardly anything is left, and they are most of what is ever searched.
    """
    if _TEXT.fullmatch(data):
        return data
    return _GAP.join(one[0] for one in _TEXT.finditer(data))


def joined(plain: bytes) -> Iterator[tuple[str, bytes]]:
    """A text without what lines are broken and values are laid out with."""
    if (joint := plain.translate(None, _BLANK)) != plain:
        yield "over several lines", joint
        # Of a line within a string of JSON, or one that was put together from several strings.
        cut = re.sub(rb"\\[nr]|\\?[\"'],?|\\", b"", joint)
        if cut != joint:
            yield "over several strings", cut


def decoded(plain: bytes, shifts: int) -> Iterator[tuple[str, bytes]]:
    """What each encoding has in it, in a text; `shifts` from 1 to `SHIFTS`."""
    runs = [_NOT_BASE64.sub(b"", one[0]).translate(_STANDARD) for one in _BASE64.finditer(plain)]
    for shift in range(shifts if runs else 0):
        yield "base64", _GAP.join(_unpacked(one[shift:]) for one in runs)
    runs = [_NOT_HEX.sub(b"", one[0]) for one in _HEX.finditer(plain)]
    for shift in range(2 if runs else 0):
        cut = (one[shift:] for one in runs)
        yield "hex", _GAP.join(bytes.fromhex(one[: len(one) // 2 * 2].decode()) for one in cut)
    if b"%" in plain:
        yield "URL", unquote_to_bytes(plain)
    if b"\\" in plain:
        yield "escapes", _ESCAPE.sub(_unescaped, plain)
    if b"&" in plain and b";" in plain:
        yield "HTML", html.unescape(plain.decode("ascii")).encode("utf-8", "surrogatepass")


def wide(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Text in UTF-16, of either order, as text."""
    if data.count(b"\0") * 3 >= len(data) > 0:
        yield "UTF-16", data.replace(b"\0", b"")


def _unpacked(text: bytes) -> bytes:
    # One character alone has 6 bits of a byte: of nothing.
    text = text[: len(text) - (len(text) % 4 == 1)]
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _unescaped(match: re.Match[bytes]) -> bytes:
    wide, byte, octal, named = match.groups()
    if wide:
        return chr(int(wide, 16)).encode("utf-8", "surrogatepass")
    if byte:
        return bytes([int(byte, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return bytes([_NAMED[named]]) if named in _NAMED else bytes(named)
