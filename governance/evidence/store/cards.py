"""Cards of models and data sets: the YAML at the top of `README.md`.

Source: huggingface_hub `repocard_data.py` (`base_model`, `datasets`, `license`, `tags`,
`source_datasets`, `pretty_name`). People write them, so what cannot be parsed says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from blueprints.yamltext import InvalidFileError, Value, load
from governance.evidence.claim import Key, Relation
from governance.evidence.store.fetch import Found
from governance.evidence.store.names import Name, around, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

FILES: Final = """
name = 'README.md' AND (
    kind IN ('model', 'adapter', 'dataset') AND folder = root OR kind = 'unknown')
"""
# Beside GGUF files, each of which is a model by itself, the card is of all of them.
QUERY: Final = f"""
WHERE {FILES} AND (kind <> 'unknown' OR folder IN (
    SELECT regexp_replace(root, '[^/]*$', '') FROM saves WHERE layout = 'gguf'))
"""  # noqa: S608 - our own text
LIMIT: Final = 128 * 1024
MAX_NAMES: Final = 200

_DATASETS = ("datasets", "source_datasets")
_TAGGED = (("base_model:", "base"), ("dataset:", "dataset"))
_RELATIONS = ("adapter", "finetune", "quantized", "merge")


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Claim what each card names, and note its licence."""
    said: list[tuple[Found, str, Name]] = []
    for one in found:
        if isinstance(one.content, Unreadable):
            words = f"card {one.file.key}: cannot be read: {one.content}"
            scanned.problem(words, scanned.place.prefix)
            continue
        card = card_of(one.content)
        if card is None:
            scanned.remark(f"card {one.file.key}: its front matter cannot be understood")
            continue
        _notes(one, card, scanned)
        beside = around(one.file.folder)
        said += [(one, what, Name(text, beside)) for what, text in _named(card)]
    every = nodes_of([name for _, _, name in said], scanned)
    for (one, what, _), nodes in zip(said, every, strict=True):
        file = one.file
        adapts = what == "base" and file.kind == "adapter"
        for node in nodes:
            if not scanned.itself(node, file.folder):
                scanned.claim(
                    Relation.NEEDS,
                    scanned.uri(file.folder),
                    node,
                    f"adapter {file.folder}" if adapts else f"card {file.key}",
                    at=file.key,
                    root="base.model" if adapts else None,
                )


def card_of(content: bytes) -> dict[str, Value] | None:
    """Return the front matter; empty where there is none, None where it cannot be understood."""
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return {}
    matter, end, _ = text[4:].partition("\n---")
    if not end:
        return None
    try:
        return load(matter, "card", empty=True).data
    except InvalidFileError:
        return None


def _notes(one: Found, card: dict[str, Value], scanned: Scanned) -> None:
    node, at = scanned.uri(one.file.folder), one.file.key
    if not card:
        return
    what = "dataset" if one.file.kind == "dataset" else "model"
    scanned.note(node, Key.TYPE, text=what, at=at)
    licences = list(_texts(card.get("license")))
    if licences == ["other"]:
        licences = list(_texts(card.get("license_name"))) or licences
    for licence in licences:
        scanned.note(node, Key.LICENCE, text=licence, at=at)
    for label in _texts(card.get("pretty_name")):
        scanned.note(node, Key.LABEL, text=label, at=at)


def _named(card: dict[str, Value]) -> list[tuple[str, str]]:
    """(base or dataset, name) of everything that a card names."""
    found = [("base", text) for text in _texts(card.get("base_model"))]
    for key in _DATASETS:
        for text in _texts(card.get(key)):
            # `extended|wikipedia`, `original`
            _, bar, rest = text.partition("|")
            if bar or key == "datasets":
                found.append(("dataset", rest if bar else text))
    for tag in _texts(card.get("tags")):
        for start, what in _TAGGED:
            if tag.startswith(start):
                head, _, rest = tag.removeprefix(start).partition(":")
                found.append((what, rest if head in _RELATIONS and rest else tag[len(start) :]))
    return list(dict.fromkeys(found))[:MAX_NAMES]


def _texts(value: Value) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.strip():
            yield one.strip()
