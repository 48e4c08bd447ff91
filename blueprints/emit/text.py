"""What every serializer refuses, and comments that nothing in them can end."""

import re

from blueprints.display import visible
from blueprints.errors import ExpectedError

HIDDEN = (
    "\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff"
    "\ufff0-\uffff\U000e0000-\U0010ffff"
)
"""Inside ``[]`` of a regular expression: what shows nothing, reorders, or ends a line somewhere."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class UnwritableError(ExpectedError):
    """A value that cannot be written so that it is read back as it was."""

    kind = "unwritable value"


def whole(text: str) -> str:
    """The text as exactly a ``str``; raises :class:`UnwritableError` for half a character."""
    plain = str.__str__(text)
    if not plain.isascii() and _SURROGATE.search(plain):
        raise UnwritableError(f"half a character cannot be written: {visible(plain[:80])}")
    return plain


def comment(text: str) -> str:
    """Every line of the text after ``# ``; nothing in it can end the comment."""
    lines = text.rstrip("\n").split("\n") if text else []
    return "".join(f"# {visible(line)}".rstrip() + "\n" for line in lines)
