"""`trainer_state.json` of a run's newest save: which save its metric calls the best.

Source: transformers `trainer_callback.py` (`TrainerState.save_to_json` sorts the keys, so that
`best_model_checkpoint` stands before the long `log_history`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from governance.evidence.store.fetch import Found
from governance.evidence.store.listing import File
from governance.evidence.store.pointers import BadPointer, Pointer, claim_named, named
from governance.evidence.store.scanned import Scanned
from governance.recognise.reading import Unreadable

FILES: Final = """
name = 'trainer_state.json' AND (kind = 'run' OR kind = 'checkpoint' AND folder = root)
"""
# Every save has the file; that of the newest knows of all others.
QUERY: Final = f"""
WHERE {FILES} QUALIFY kind = 'run' OR step IS NULL
    OR step = max(CASE WHEN kind = 'checkpoint' THEN step END) OVER (PARTITION BY run)
"""
LIMIT: Final = 1024 * 1024

_LONG = b'"log_history"'


def say(found: Sequence[Found], scanned: Scanned) -> None:
    """Claim the best save of each run."""
    read: list[tuple[File, Pointer]] = []
    for one in found:
        file = one.file
        run = file.folder if file.kind == "run" else _above(file.folder)
        try:
            best = best_of(one)
            if best is not None:
                read.append((file, named(best, run, scanned.place.base_uri)))
        except BadPointer as reason:
            scanned.problem(f"{file.key}: {reason}", run)
    there = scanned.listing.there([key for _, pointer in read for key in pointer.keys])
    for file, pointer in read:
        words = f"the best save by {file.key}"
        claim_named(file, pointer, there, scanned, words=words, root="trainer.best")


def best_of(found: Found) -> str | None:
    """Return the path of the best save; None where there is none yet. Raises BadPointer."""
    content = found.content
    if isinstance(content, Unreadable):
        raise BadPointer(f"cannot be read: {content}")
    if not found.whole:
        head, mark, _ = content.partition(_LONG)
        content = head.rstrip().rstrip(b",") + b"}" if mark else content
    try:
        state = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadPointer("is not JSON") from error
    if not isinstance(state, dict):
        raise BadPointer("is not a JSON object")
    best = state.get("best_model_checkpoint")
    if best is None or best == "":
        return None
    if not isinstance(best, str):
        raise BadPointer("says no path as best_model_checkpoint")
    return best


def _above(folder: str) -> str:
    return folder[: folder.rfind("/", 0, -1) + 1]
