"""Descriptions of data sets: Croissant (`croissant.json`) and `dataset_info.json`.

Sources: the Croissant 1.1 specification of MLCommons (JSON-LD on schema.org: `distribution` with
`contentUrl`, `sha256`, `md5`; `license`; `isLiveDataset`); datasets `info.py` (`license`,
`download_checksums`: hub addresses).
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

from governance.evidence.claim import Key, Relation, digest, place
from governance.evidence.record import node_of
from governance.evidence.store.fetch import Found
from governance.evidence.store.listing import File
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

_INFO: Final = "dataset_info.json"
_CROISSANT: Final = "name = 'croissant.json' OR ends_with(name, '.croissant.json')"
FILES: Final = f"{_CROISSANT} OR name = '{_INFO}' AND kind = 'dataset'"
# Of the splits of one data set each says the same.
QUERY: Final = f"""
WHERE {FILES} QUALIFY name <> '{_INFO}'
    OR row_number() OVER (PARTITION BY root, name ORDER BY length(key), key) = 1
"""
LIMIT: Final = 1024 * 1024
MAX_FILES: Final = 10_000
MAX_SOURCES: Final = 1_000

LIVE: Final = "tag:isLiveDataset"
_SOURCES = ("isBasedOn", "sc:isBasedOn", "prov:wasDerivedFrom", "wasDerivedFrom", "sameAs")


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Note what is known of each data set, and claim what it was made from."""
    for one in found:
        file = one.file
        if isinstance(one.content, Unreadable):
            scanned.problem(f"{file.key}: cannot be read: {one.content}", scanned.place.prefix)
            continue
        try:
            said = json.loads(one.content) if one.whole else None
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            scanned.remark(f"{file.key} cannot be understood")
            continue
        # Beside a model or in a run it describes what lies in its folder.
        about = file.root if file.kind == "dataset" else file.folder
        node = scanned.uri(about)
        scanned.note(node, Key.TYPE, text="dataset", at=file.key)
        for licence in _texts(said.get("license")):
            scanned.note(node, Key.LICENCE, text=licence, at=file.key)
        if file.name != _INFO:
            _croissant(said, file, node, scanned)
        sources = _downloads(said) if file.name == _INFO else _based_on(said)
        for source in list(dict.fromkeys(sources))[:MAX_SOURCES]:
            target = node_of(source, bare_hub=True)
            if target is not None and not scanned.itself(target, about):
                scanned.claim(
                    Relation.NEEDS, node, target, f"made from, by {file.key}", at=file.key
                )


def _croissant(said: dict[str, object], file: File, node: str, scanned: Scanned) -> None:
    for name in _texts(said.get("name")):
        scanned.note(node, Key.LABEL, text=name, at=file.key)
    if said.get("isLiveDataset") is True:
        scanned.note(node, LIVE, text="true", at=file.key)
    files = said.get("distribution")
    for one in files[:MAX_FILES] if isinstance(files, list) else []:
        where = _where(one.get("contentUrl"), file, scanned) if isinstance(one, dict) else None
        for algorithm in ("sha256", "md5"):
            value = one.get(algorithm) if isinstance(one, dict) else None
            content = digest(algorithm, value) if isinstance(value, str) else None
            if where is not None and content is not None:
                scanned.note(where, Key.DIGEST, text=content, at=file.key)


def _where(url: object, file: File, scanned: Scanned) -> str | None:
    """The place of a file of the data set: absolute, or relative to the description."""
    if not isinstance(url, str) or not url or len(url) > 1_024:
        return None
    if "://" in url or url.startswith("/"):
        return place(url)
    key = posixpath.normpath(file.folder + url)
    # A description speaks for what lies with it, and for nothing else.
    if not key.startswith(file.folder) or key.startswith("..") or not key.isprintable():
        return None
    return scanned.uri(key)


def _based_on(said: dict[str, object]) -> Iterator[str]:
    for key in _SOURCES:
        yield from _texts(said.get(key))


def _downloads(said: dict[str, object]) -> Iterator[str]:
    sums = said.get("download_checksums")
    yield from sums if isinstance(sums, dict) else ()


def _texts(value: object) -> Iterator[str]:
    """Texts of a JSON-LD value: one, several, or things with an address or a name."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = next((one[key] for key in ("@id", "url", "name") if key in one), None)
        if isinstance(one, str) and one.strip():
            yield one.strip()
