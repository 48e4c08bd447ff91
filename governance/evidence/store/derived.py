"""What a model was made from, by its own configuration: `_name_or_path`, and mergekit's recipe.

Sources: transformers `configuration_utils.py` and diffusers `configuration_utils.py`
(`_name_or_path`); mergekit `config.py` (`model`, `base_model`, `MODEL+LORA`). A model made from
another works without it, so these are no reasons to keep by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from blueprints.yamltext import InvalidFileError, Value, load
from governance.evidence.claim import Relation
from governance.evidence.store.fetch import Found
from governance.evidence.store.names import Name, around, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

_CONFIGS: Final = "'config.json', 'model_index.json'"
_RECIPES: Final = "'mergekit_config.yml', 'mergekit_config.yaml'"
FILES: Final = f"""
folder = root AND (kind = 'model' AND name IN ({_CONFIGS}, {_RECIPES})
                   OR kind = 'checkpoint' AND layout = 'hf-trainer' AND name = 'config.json')
"""
# Every save of a run says the same of its base.
QUERY: Final = f"""
WHERE {FILES} QUALIFY kind = 'model' OR step IS NULL
    OR step = max(CASE WHEN kind = 'checkpoint' THEN step END) OVER (PARTITION BY run, name)
"""
LIMIT: Final = 1024 * 1024
MAX_YAML: Final = 128 * 1024
MAX_PARENTS: Final = 100


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Claim what each model, and the run of each save, was made from."""
    said: list[tuple[Found, Name]] = []
    for one in found:
        if isinstance(one.content, Unreadable):
            words = f"{one.file.key}: cannot be read: {one.content}"
            scanned.problem(words, scanned.place.prefix)
            continue
        beside = tuple(dict.fromkeys((*around(one.file.folder), one.file.run)))
        parents = list(dict.fromkeys(parents_of(one)))[:MAX_PARENTS]
        said += [(one, Name(text, beside)) for text in parents]
    every = nodes_of([name for _, name in said], scanned)
    for (one, _), nodes in zip(said, every, strict=True):
        file = one.file
        holder = scanned.uri(file.run if file.kind == "checkpoint" else file.root)
        for node in nodes:
            # A config often names the place that it was saved to, or its own name on a hub.
            if not scanned.itself(node, file.root):
                scanned.claim(
                    Relation.NEEDS, holder, node, f"made from, by {file.key}", at=file.key
                )


def parents_of(one: Found) -> Iterator[str]:
    """Yield the names of what a model was made from; nothing where the file says none."""
    content = one.content if isinstance(one.content, bytes) else b""
    if not one.whole:
        return
    if not one.file.name.endswith(".json"):
        if len(content) <= MAX_YAML:
            yield from _merged(content)
        return
    try:
        config = json.loads(content)
    except (ValueError, RecursionError):
        return
    name = config.get("_name_or_path") if isinstance(config, dict) else None
    if isinstance(name, str) and name:
        yield name


def _merged(content: bytes) -> Iterator[str]:
    try:
        recipe: Value = load(content.decode(), "recipe").data
    except (InvalidFileError, UnicodeDecodeError):
        return
    todo: list[Value] = [recipe]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
            for key in ("model", "base_model"):
                name = value.get(key)
                if isinstance(name, str):
                    yield from (part for part in name.split("+") if part)
