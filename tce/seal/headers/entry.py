"""Entries as text: ``tutela/header/v1``, one JSON text for one entry, with a digest of its own.

The digest finds damage, not malice: who sealed an object, and that header and manifest belong
together, is what the manifest's signature says.
"""

import base64
import binascii
import hashlib
import json
import re

from tce.seal.headers.errors import DamagedError
from tce.seal.headers.store import SCHEMA, Destroyed, Entry, Record

LARGEST = 1 << 20
"""Bytes of an entry that is still read; a header of 100 recipients has some 15 kB."""
_SPACED, _COMPACT = json.JSONEncoder().encode, json.JSONEncoder(separators=(",", ":")).encode
_ID = re.compile(r"[0-9a-z]{26}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def tag(name: str) -> str:
    """Return what an object is filed under: SHA-256 of its name, in hex. Any name is a file's."""
    return hashlib.sha256(name.encode()).hexdigest()


def is_id(text: str) -> bool:
    """Whether `text` may be the id of a body."""
    return _ID.fullmatch(text) is not None


def write(entry: Entry) -> bytes:
    """Return the text of an entry; :func:`read` gives the entry back."""
    said: dict[str, str | int] = {
        "schema": SCHEMA,
        "name": entry.name,
        "id": entry.id,
        "version": entry.version,
    }
    if isinstance(entry, Record):
        said["header"] = base64.b64encode(entry.header).decode()
        said["manifest"] = base64.b64encode(entry.manifest).decode()
    else:
        said["destroyed"] = entry.destroyed
        said["order"] = entry.order
    digest = hashlib.sha256(_SPACED(said).encode()).hexdigest()
    return _COMPACT(said | {"sha256": digest}).encode() + b"\n"


def read(text: bytes, where: str) -> Entry:
    """Return the entry of a text; `where` is what errors call it.

    Raises:
        DamagedError: it is no entry, or not as it was written.
    """
    if len(text) > LARGEST:
        raise DamagedError(f"{where}: {len(text)} bytes, and {LARGEST} is the most that is read")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise DamagedError(f"{where}: not a header's record") from None
    if not isinstance(said, dict) or not all(isinstance(one, str | int) for one in said.values()):
        raise DamagedError(f"{where}: not a header's record")
    if said.get("schema") != SCHEMA:
        raise DamagedError(f"{where}: schema {said.get('schema')!r}, and {SCHEMA} is read here")
    try:
        found = _entry(said)
    except (KeyError, ValueError, binascii.Error):
        raise DamagedError(f"{where}: not a header's record") from None
    if write(found) != text:
        raise DamagedError(f"{where}: not as it was written (its digest differs)")
    return found


def _entry(said: dict[str, str | int]) -> Entry:
    name, body, version = said["name"], said["id"], said["version"]
    if not isinstance(name, str) or not isinstance(body, str) or not is_id(body):
        raise ValueError
    if isinstance(version, str | bool) or version < 1:
        raise ValueError
    if "destroyed" in said:
        order = str(said["order"])
        if not _DIGEST.fullmatch(order):
            raise ValueError
        return Destroyed(name, body, version, str(said["destroyed"]), order)
    header = base64.b64decode(str(said["header"]), validate=True)
    return Record(
        name, body, version, header, base64.b64decode(str(said["manifest"]), validate=True)
    )
