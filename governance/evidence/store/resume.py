"""What a run goes on from and learns from, by the configuration that lies in its folder.

Keys are those of Lightning (`ckpt_path`), Hugging Face Trainer (`resume_from_checkpoint`,
`model_name_or_path`), axolotl (`base_model`, `datasets[].path`), torchtune (`checkpoint_dir`),
litgpt (`initial_checkpoint_dir`, `resume`), Megatron (`load`) and NeMo (`restore_from_path`). A
value counts where it can be a path or a hub's name. Nothing is unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from blueprints.yamltext import InvalidFileError, load
from governance.evidence.claim import Relation
from governance.evidence.store.fetch import Found
from governance.evidence.store.names import Name, around, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

_NAMES: Final = (
    *("config.yaml", "config.yml", "hparams.yaml", "hyperparameters.yaml", "args.json"),
    *("train_config.yaml", "train_config.yml", "train_config.json", "torchtune_config.yaml"),
    *("run_config.yaml", "run_config.yml", "run_config.json", "axolotl.yaml", "axolotl.yml"),
)
FILES: Final = f"""
name IN ({", ".join(repr(name) for name in _NAMES)})
AND (kind IN ('run', 'unknown') OR kind = 'checkpoint' AND name = 'hyperparameters.yaml')
"""
# litgpt leaves a copy in every save.
QUERY: Final = f"""
WHERE {FILES}
    AND (kind <> 'unknown' OR folder IN (SELECT run FROM saves WHERE kind = 'checkpoint'))
    QUALIFY kind <> 'checkpoint' OR step IS NULL OR step = max(step) OVER (PARTITION BY run, kind)
"""  # noqa: S608 - our own text
LIMIT: Final = 128 * 1024
"""Bytes. Reading YAML is slow."""
MAX_NAMES: Final = 200

_RESUMES: Final = frozenset(
    {
        *("resume_from_checkpoint", "resume_from", "resume_ckpt_path", "resume", "ckpt_path"),
        *("load", "load_dir", "load_path", "load_checkpoint", "restore_from_path", "init_from"),
        *("pretrained_checkpoint", "initial_checkpoint_dir", "checkpoint_dir", "finetune_from"),
    }
)
_MODELS: Final = frozenset(
    {
        *("base_model", "model_name_or_path", "pretrained_model_name_or_path", "pretrained_model"),
        *("base_model_name_or_path", "teacher_model_name_or_path", "lora_model_dir"),
    }
)
_DATA: Final = frozenset(
    {
        *("dataset", "dataset_name", "dataset_path", "train_dataset", "train_data_path"),
        *("data_dir", "data_path", "train_file", "train_data", "datasets", "source"),
    }
)
_WORDS = ((_RESUMES, "goes on from"), (_MODELS, "was made from"), (_DATA, "learned from"))


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Claim what each run needed."""
    said: list[tuple[Found, str, Name]] = []
    for one in found:
        if isinstance(one.content, Unreadable):
            words = f"{one.file.key}: cannot be read: {one.content}"
            scanned.problem(words, scanned.place.prefix)
            continue
        beside = tuple(dict.fromkeys((*around(one.file.folder), one.file.run)))
        named = list(dict.fromkeys(named_in(one)))[:MAX_NAMES]
        said += [(one, words, Name(text, beside)) for words, text in named]
    every = nodes_of([name for _, _, name in said], scanned)
    keys = {node: key.rstrip("/") for node in chain(*every) if (key := scanned.key(node))}
    saves = scanned.listing.there(keys.values())
    for (one, words, _), nodes in zip(said, every, strict=True):
        file = one.file
        run = scanned.uri(file.run)
        for node in nodes:
            # `checkpoint_dir` may be where the run itself saves.
            own = node.startswith(run) and keys.get(node) not in saves
            if not own and not scanned.itself(node, file.run):
                scanned.claim(Relation.NEEDS, run, node, f"{words}, by {file.key}", at=file.key)


def named_in(one: Found) -> Iterator[tuple[str, str]]:
    """(what for, name) of all that a configuration names; nothing where it cannot be parsed."""
    content = one.content if isinstance(one.content, bytes) else b""
    value: object
    try:
        if not one.whole:
            return
        if one.file.name.endswith(".json"):
            value = json.loads(content)
        else:
            value = load(content.decode(), "configuration", empty=True).data
    except (ValueError, RecursionError, InvalidFileError):
        return
    yield from _walk(value)


def _walk(top: object) -> Iterator[tuple[str, str]]:
    todo: list[tuple[str, object]] = [("", top)]
    while todo:
        words, value = todo.pop()
        if isinstance(value, list):
            todo += [(words, one) for one in value]
        elif isinstance(value, dict):
            for key, inner in value.items():
                known = next((words for keys, words in _WORDS if key in keys), "")
                # axolotl: `datasets: [{path: ..}]`
                todo.append((words if words and key in ("path", "name") else known, inner))
        elif words and isinstance(value, str) and "/" in value:
            yield words, value
