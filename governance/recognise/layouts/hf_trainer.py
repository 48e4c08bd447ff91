"""Hugging Face Trainer: `checkpoint-<step>/` with `trainer_state.json`.

Source: transformers `trainer.py` (`_save_checkpoint`, `_save_optimizer_and_scheduler`), where
`trainer_state.json` is written after the weights and the optimizer state.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find, holds_saves
from governance.recognise.folder import Folder
from governance.recognise.layouts import fsdp
from governance.recognise.sets import gaps_from_zero
from governance.recognise.steps import step_of

NAME = "hf-trainer"
FILES = (
    r"trainer_state\.json|training_args\.bin|optimizer\.(?:pt|bin)|scheduler\.pt|scaler\.pt"
    r"|rng_state(?:_\d+)?\.pth"
)
ROLES = ((r"(^|/)optimizer\.(pt|bin)$", Role.OPTIMIZER),)

_FOLDER = re.compile(r"(?P<tmp>tmp-)?checkpoint-[0-9]+")
_MARKS = ("trainer_state.json", "training_args.bin", "optimizer.pt", "scheduler.pt")
_FILES = re.compile(FILES)
_PARTS = re.compile(rf"{fsdp.FOLDERS.pattern}|global_step\d+")
_RANKS = re.compile(r"rng_state_#\.pth")
_WEIGHT = re.compile(
    r"(?:adapter_|pytorch_|tf_|flax_)?model[-_.].*|pytorch_model_fsdp.*\.bin|.*\.safetensors"
)
"""Shapes of names that hold weights."""


def match(folder: Folder) -> Sequence[Find]:
    """Match `checkpoint-<step>/` that holds anything of Trainer's, finished or not."""
    hit = _FOLDER.fullmatch(folder.name)
    if hit is None or not any(name in folder.files for name in _MARKS):
        return ()
    missing = gaps_from_zero(folder.shaped(_RANKS), r"rng_state_(\d+)\.pth")
    why = unsure = None
    if not folder.files.get("trainer_state.json"):  # absent, or opened and never written
        missing, why = [*missing, "trainer_state.json"], "the save was interrupted"
    elif hit["tmp"]:
        missing, why = ["", *missing], "the save was interrupted: still a tmp- folder"
    elif not folder.nested and not _has_weights(folder):
        unsure = "it holds no weights under a known name"
    others = holds_saves(folder, _PARTS)
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            frozenset(filter(_FILES.fullmatch, folder.files)) if others else None,
            rest=others,
            root=folder.path,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in missing),
            why=why,
            unsure=unsure,
        ),
    )


def _has_weights(folder: Folder) -> bool:
    return any(_WEIGHT.fullmatch(cell.shape) for cell in folder.cells)
