"""Hugging Face Trainer: `checkpoint-<step>/` with `trainer_state.json`.

Source: transformers `trainer.py` (`_save_checkpoint`, `_save_optimizer_and_scheduler`), where
`trainer_state.json` is written after the weights and the optimizer state.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "hf-trainer"
FILES = (
    r"trainer_state\.json|training_args\.bin|optimizer\.(?:pt|bin)|scheduler\.pt|scaler\.pt"
    r"|rng_state(?:_\d+)?\.pth"
)
ROLES = ((r"(^|/)optimizer\.(pt|bin)$", Role.OPTIMIZER),)

_FOLDER = re.compile(r"(?P<tmp>tmp-)?checkpoint-(?P<step>\d+)")
_MARKS = ("trainer_state.json", "training_args.bin", "optimizer.pt", "scheduler.pt")


def match(folder: Folder) -> Sequence[Find]:
    """Match `checkpoint-<step>/` that holds anything of Trainer's, finished or not."""
    hit = _FOLDER.fullmatch(folder.name)
    if hit is None or not any(name in folder.files for name in _MARKS):
        return ()
    missing = why = None
    if "trainer_state.json" not in folder.files:
        missing, why = folder.path + "trainer_state.json", "the save was interrupted"
    elif hit["tmp"]:
        missing, why = folder.path, "the save was interrupted: still a tmp- folder"
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=int(hit["step"]),
            missing=() if missing is None else (missing,),
            why=why,
        ),
    )
