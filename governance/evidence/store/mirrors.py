"""Records of `tutela model mirror`: which model of a hub lies in a folder, and its licence.

Whoever serves a model by its hub's name then needs this folder, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from blueprints.supply.record import MAX_RECORD, NAME, BadMirrorError, read_mirror
from governance.evidence.claim import Key, Relation, hub
from governance.evidence.store.fetch import Found
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

FILES: Final = f"name = '{NAME}'"
QUERY: Final = f"WHERE {FILES}"
LIMIT: Final = MAX_RECORD


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Say what each record says; one that cannot be understood keeps what it lies with."""
    for one in found:
        file = one.file
        if isinstance(one.content, Unreadable):
            scanned.problem(f"mirror {file.key}: cannot be read: {one.content}", file.folder)
            continue
        try:
            if not one.whole:
                raise BadMirrorError(f"a record of a mirror of more than {LIMIT} bytes")
            mirror = read_mirror(one.content)
        except BadMirrorError as error:
            scanned.problem(f"mirror {file.key}: {error}", file.folder)
            continue
        node = scanned.uri(file.folder)
        name = hub(mirror.repository)
        if name is None:
            scanned.problem(f"mirror {file.key}: names no model of a hub", file.folder)
            continue
        scanned.claim(
            Relation.NAMES,
            name,
            node,
            f"mirror of {mirror.repository} at {mirror.revision}",
            at=file.key,
        )
        scanned.note(node, Key.TYPE, text="model", at=file.key)
        scanned.note(node, Key.LABEL, text=mirror.repository, at=file.key)
        scanned.note(node, Key.LICENCE, text=mirror.licence, at=file.key)
        scanned.note(node, Key.DIGEST, text=mirror.digest, at=file.key)
