"""Trainers' pointers: the small files that name a run's newest save.

Sources: deepspeed `runtime/engine.py` (`latest`, written when every rank has saved) and
`checkpoint/ds_to_universal.py` (`latest_universal`); Megatron-LM `training/checkpointing.py`
(`latest_checkpointed_iteration.txt`: a number or `release`); nanotron `trainer.py` (`latest.txt`);
composer `callbacks/checkpoint_saver.py` (`latest-rank0.pt.symlink`: an object's name); TensorFlow
`python/checkpoint/checkpoint_management.py` (`checkpoint`, a text protobuf).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from governance.evidence.claim import Relation, place
from governance.evidence.store.fetch import Found
from governance.evidence.store.listing import File, Save
from governance.evidence.store.names import is_name
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable
from governance.recognise.steps import step_of

NAMES: Final = (
    "latest",
    "latest_universal",
    "latest_checkpointed_iteration.txt",
    "latest.txt",
    "latest_checkpoint.txt",
    "latest_step.txt",
    "latest_train_state.pt",
)
OTHER_NAMES: Final = r"latest-rank[0-9]+(\.pt)?\.symlink"
TENSORFLOW: Final = "checkpoint"

# Inside a save such a file belongs to the save (DeepSpeed below Trainer), and names a part of it.
FILES: Final = f"""
kind = 'run' AND (name IN ({", ".join(repr(name) for name in (*NAMES, TENSORFLOW))})
                  OR starts_with(name, 'latest-rank') AND regexp_full_match(name, '{OTHER_NAMES}'))
"""
QUERY: Final = f"""
WHERE {FILES} AND (name <> '{TENSORFLOW}' OR folder IN (
    SELECT regexp_replace(root, '[^/]*$', '') FROM saves WHERE layout = 'tf-checkpoint'))
"""  # noqa: S608 - our own text
LIMIT: Final = 64 * 1024
"""Bytes. TensorFlow's file names every save that was kept; the others are one line."""

_OPAQUE = "latest_train_state.pt"
_MEGATRON = "latest_checkpointed_iteration.txt"
_NUMBER = re.compile(r"[0-9]{1,18}")
_PATH = re.compile(r'^[ \t]*model_checkpoint_path:[ \t]*"((?:[^"\\\n]|\\["\'\\])*)"', re.MULTILINE)
_TF_STEP = re.compile(r".*-([0-9]{1,18})", re.DOTALL)
_BY_STEP = ("{0}", "global_step{0}", "step-{0}", "step_{0}", "checkpoint-{0}", "iter_{0:07d}")
"""How trainers call the save of a step."""


class BadPointer(ValueError):  # noqa: N818 - it says what the text is
    """A text that points nowhere; the message says why."""


@dataclass(frozen=True)
class Pointer:
    """What one pointer says."""

    keys: tuple[str, ...]
    """Where the save can lie, likeliest first; without a last /."""
    default: str
    """Where it should lie."""
    step: int | None = None
    newest: bool = True
    """Is it moved with every save, so that what is newer is not finished?"""
    elsewhere: str | None = None
    """A place (node) in another store or tree that it can mean as well."""


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Say which save each pointer names, and that nothing newer than it may go."""
    read: list[tuple[File, Pointer]] = []
    pointed: set[str] = set()
    for one in found:
        if one.file.name == _OPAQUE:
            continue
        try:
            read.append((one.file, parse_pointer(one, scanned.place.base_uri)))
            pointed.add(one.file.folder)
        except BadPointer as reason:
            scanned.problem(f"pointer {one.file.key}: {reason}", one.file.folder)
    there = scanned.listing.there([key for _, pointer in read for key in pointer.keys])
    for file, pointer in read:
        _say(file, pointer, there, scanned)
    for one in found:
        # Megatron Bridge writes it beside the old tracker, which says the same.
        if one.file.name == _OPAQUE and one.file.folder not in pointed:
            words = f"pointer {one.file.key}: is a pickle, which is not read"
            scanned.problem(words, one.file.folder)


def claim_named(
    file: File,
    pointer: Pointer,
    there: dict[str, Save],
    scanned: Scanned,
    *,
    words: str,
    root: str,
) -> Save | None:
    """Claim what a file names, and return it where it is there."""
    key = next((key for key in pointer.keys if key in there), None)
    save = there[key] if key is not None else None
    target = save.root if save is not None else pointer.default
    if save is None and pointer.elsewhere is None and not scanned.listing.holds([target]):
        scanned.remark(f"{file.key} names {target}, which is not there")
    nodes = [scanned.uri(target)]
    if save is None and pointer.elsewhere is not None:
        nodes.append(pointer.elsewhere)
    for node in nodes:
        scanned.claim(
            Relation.NAMES,
            scanned.uri(file.key),
            node,
            words,
            at=file.key,
            root=root,
            since=file.modified,
        )
    return save


def _say(file: File, pointer: Pointer, there: dict[str, Save], scanned: Scanned) -> None:
    words = f"pointer {file.key}"
    save = claim_named(file, pointer, there, scanned, words=words, root="trainer.latest")
    step = save.step if save is not None and save.step is not None else pointer.step
    if pointer.newest and step is not None:
        scanned.claim(
            Relation.NEWER,
            scanned.uri(file.key),
            scanned.uri(file.folder),
            f"saves that {file.key} does not know yet",
            at=file.key,
            step=step,
            since=file.modified,
        )


def parse_pointer(found: Found, base_uri: str) -> Pointer:
    """Return what a pointer says; raises BadPointer for what names no save."""
    file = found.file
    if isinstance(found.content, Unreadable):
        raise BadPointer(f"cannot be read: {found.content}")
    if not found.whole:
        raise BadPointer(f"is longer than {LIMIT} bytes")
    try:
        text = found.content.decode().strip()
    except UnicodeDecodeError as error:
        raise BadPointer("is not text") from error
    if file.name == TENSORFLOW:
        hit = _PATH.search(text)
        if hit is None:
            raise BadPointer("says no model_checkpoint_path")
        text = re.sub(r"\\(.)", r"\1", hit[1])
        pointer = named(text, file.folder, base_uri)
        step = _TF_STEP.fullmatch(pointer.default)
        return replace(pointer, step=int(step[1]) if step else None)
    if file.name == _MEGATRON:
        return _megatron(text, file.folder)
    if _NUMBER.fullmatch(text):
        number = int(text)
        keys = tuple(file.folder + form.format(number) for form in _BY_STEP)
        return Pointer((file.folder + text, *keys), file.folder + text, number)
    pointer = named(text, file.folder, base_uri)
    # A universal checkpoint is made of a save now and then, and not of every one.
    return replace(pointer, newest=file.name != "latest_universal")


def _megatron(text: str, folder: str) -> Pointer:
    if text == "release":
        # Iteration 0: a save beside it is of a training that has only begun.
        return Pointer((folder + text,), folder + text, 0)
    if _NUMBER.fullmatch(text) is None:
        raise BadPointer("says neither a number nor `release`")
    key = f"{folder}iter_{int(text):07d}"
    return Pointer((key,), key, int(text))


def named(text: str, folder: str, base_uri: str) -> Pointer:
    """Return where a save can lie that a file in `folder` names by a path or URI.

    A path of another machine counts by its last part, beside the file. Raises BadPointer.
    """
    if not text:
        raise BadPointer("is empty")
    if not is_name(text):
        raise BadPointer("does not hold the name of a save")
    path = text.partition("://")[2] if "://" in text else text
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise BadPointer("leads out of its run with `..`")
    if not parts:
        raise BadPointer("does not hold the name of a save")
    beside = folder + parts[-1]
    if "://" not in text and not text.startswith("/"):
        path = "/".join(parts)
        both = tuple(dict.fromkeys((folder + path, beside, path)))
        return Pointer(both, beside, step_of(parts[-1]))
    node = place(text)
    if node is None or not node.startswith(base_uri):
        return Pointer((beside,), beside, step_of(parts[-1]), elsewhere=node)
    key = node.removeprefix(base_uri).rstrip("/")
    keys = tuple(dict.fromkeys(one for one in (key, beside) if one))
    return Pointer(keys, keys[0], step_of(parts[-1]))
