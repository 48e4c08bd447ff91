"""Adapters need the model that they were trained on: `base_model_name_or_path` of PEFT.

Recognition has read it already; a config is read again only where it gave no name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from governance.evidence.claim import Relation
from governance.evidence.store.fetch import Found
from governance.evidence.store.names import Name, around, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

_CONFIG: Final = "adapter_config.json"
FILES: Final = f"name = '{_CONFIG}' AND base_model IS NULL AND list_contains(parts, 'peft')"
QUERY: Final = f"WHERE {FILES}"
LIMIT: Final = 1024 * 1024

_WITH_BASE = "WHERE base_model IS NOT NULL AND base_model <> '' ORDER BY root"


def say_all(scanned: Scanned) -> None:
    """Claim the base of every adapter, and of every checkpoint of one."""
    for saves in scanned.listing.saves(_WITH_BASE):
        names = [
            Name(save.base_model or "", tuple(dict.fromkeys((*around(save.root), save.run))))
            for save in saves
        ]
        for save, nodes in zip(saves, nodes_of(names, scanned), strict=True):
            nodes = tuple(node for node in nodes if node != scanned.uri(save.root))
            if not nodes:
                scanned.remark(f"adapter {save.root} names a base model that nobody can find")
            for node in nodes:
                scanned.claim(
                    Relation.NEEDS,
                    scanned.uri(save.root),
                    node,
                    f"adapter {save.root}",
                    at=save.root,
                    root="base.model",
                )


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Say why the base of an adapter is not known, where there may be one."""
    for one in found:
        file = one.file
        if isinstance(one.content, Unreadable):
            # Its base may be anything anywhere.
            scanned.problem(f"{file.key}: cannot be read: {one.content}", None)
        elif not _names_none(one):
            scanned.problem(f"{file.key}: does not say which model it adapts", file.root)


def _names_none(one: Found) -> bool:
    """Does it say that it has no base, as PEFT does for a module of the user's own?"""
    try:
        config = json.loads(one.content if isinstance(one.content, bytes) else b"")
    except (ValueError, RecursionError):
        return False
    base = config.get("base_model_name_or_path") if isinstance(config, dict) else ""
    return base is None or (base == "" and isinstance(config, dict))
