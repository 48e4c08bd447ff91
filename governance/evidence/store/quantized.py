"""What a GGUF file was made from: `general.base_model.*`, `general.source.*`, its licence.

Source: docs/gguf.md of the ggml project (general metadata, source metadata).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from blueprints.formats.gguf import NotGguf, parse_texts
from governance.evidence.claim import Key, Relation, hub
from governance.evidence.record import node_of
from governance.evidence.store.fetch import Found
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

FILES: Final = "kind = 'model' AND layout = 'gguf' AND ends_with(name, '.gguf')"
# The metadata of a set of files is in the first.
QUERY: Final = f"WHERE {FILES} QUALIFY row_number() OVER (PARTITION BY root ORDER BY name) = 1"
LIMIT: Final = 64 * 1024
"""Bytes. The general metadata comes before the tokenizer's."""
MAX_SOURCES: Final = 200

_ADDRESSES = re.compile(
    r"general\.(?:source|(?:base_model|dataset)\.[0-9]+)"
    r"\.(?:huggingface\.repository|repo_url|url|doi|uuid)"
)
_NAMES = re.compile(r"general\.((?:base_model|dataset)\.[0-9]+)\.name")


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Claim what each file was made from, and note its licence."""
    for one in found:
        file = one.file
        if isinstance(one.content, Unreadable):
            scanned.problem(f"{file.key}: cannot be read: {one.content}", scanned.place.prefix)
            continue
        try:
            texts = parse_texts(one.content, "general.")
        except NotGguf:
            continue  # recognition has said so
        node = scanned.uri(file.root)
        for key, note in (("general.license", Key.LICENCE), ("general.name", Key.LABEL)):
            if texts.get(key, "").strip():
                scanned.note(node, note, text=texts[key].strip(), at=file.key)
        for target in list(dict.fromkeys(sources_of(texts)))[:MAX_SOURCES]:
            if not scanned.itself(target, file.root):
                scanned.claim(
                    Relation.NEEDS, node, target, f"made from, by {file.key}", at=file.key
                )


def sources_of(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the nodes of what the metadata name: by address, else by organisation and name."""
    addressed = set[str]()
    for key, text in texts.items():
        if _ADDRESSES.fullmatch(key):
            node = node_of(text.strip(), bare_hub=True)
            if node is not None:
                addressed.add(key.rpartition(".")[0])
                yield node
    for key, text in texts.items():
        hit = _NAMES.fullmatch(key)
        if hit is not None and f"general.{hit[1]}" not in addressed:
            parts = [texts.get(f"general.{hit[1]}.organization", ""), text]
            name = "/".join(part.strip().replace(" ", "-") for part in parts if part.strip())
            node = hub(name)
            if node is not None:
                yield node
