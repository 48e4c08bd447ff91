"""Parsing of what was read from an artifact: hostile bytes in, plain values or Unreadable out."""

import json
from collections.abc import Mapping

from governance.recognise.find import Contents
from governance.recognise.reading import Unreadable


def bytes_of(contents: Contents, key: str) -> bytes:
    """Return what was read of a key; raise Unreadable where the read failed."""
    found = contents[key]
    if isinstance(found, Unreadable):
        raise Unreadable(f"{key} could not be read: {found}") from found
    return found


def json_of(contents: Contents, key: str) -> Mapping[str, object]:
    """Return the JSON object that a key holds; raise Unreadable where it is not one."""
    found = any_json_of(contents, key)
    if not isinstance(found, dict):
        raise Unreadable(f"{key} is not a JSON object")
    return found


def any_json_of(contents: Contents, key: str) -> object:
    """Return the JSON value that a key holds; raise Unreadable where it is not JSON."""
    try:
        value: object = json.loads(bytes_of(contents, key))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{key} is not JSON") from error
    return value


def text_in(value: object) -> str | None:
    """Return a value that is a non-empty string, else None."""
    return value if isinstance(value, str) and value else None
