"""Values as JSON for people to read: indented, keys in the order given, printable text kept."""

import json
import re

from blueprints.emit.text import HIDDEN, UnwritableError

_HIDDEN = re.compile(f"(?!\n)[{HIDDEN}]")


def json_text(value: object) -> bytes:
    """JSON with two blanks of indent and a newline at the end; the same bytes everywhere.

    Raises :class:`UnwritableError` for half a character and a number that is not finite;
    TypeError for what has no form in JSON.
    """
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
        shown = _HIDDEN.sub(_escape, text) if not text.isascii() else text
        return f"{shown}\n".encode()
    except UnicodeEncodeError as error:
        raise UnwritableError("half a character cannot be written as JSON") from error
    except ValueError as error:
        raise UnwritableError("a number that is not finite cannot be written as JSON") from error


def _escape(found: re.Match[str]) -> str:
    """As ``\\uXXXX``, once or twice; half a character stays, to be refused."""
    character = found.group()
    if "\ud800" <= character <= "\udfff":
        return character
    return json.dumps(character)[1:-1]
