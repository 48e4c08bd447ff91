"""Hugging Face Accelerate: the folder of `Accelerator.save_state`.

Source: accelerate `checkpointing.py` (`save_accelerator_state`), where every rank writes its
`random_states_<rank>.pkl` after the model and the optimizer, and `accelerator.py` (`save_state`:
`checkpoints/checkpoint_<n>` with automatic names, any folder without).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find, holds_saves, only_in
from governance.recognise.folder import Folder
from governance.recognise.layouts import fsdp
from governance.recognise.safetensors_look import SafetensorsLook
from governance.recognise.sets import MAX_NAMED, gaps_from_zero
from governance.recognise.steps import step_of

NAME = "accelerate"
FILES = (
    r"random_states_\d+\.pkl|custom_checkpoint_\d+\.pkl|model(?:_\d+)?\.safetensors"
    r"|(?:pytorch_model|optimizer|scheduler|sampler|dl_state_dict)(?:_\d+)?\.bin|scaler\.pt"
)
ROLES = (
    (r"(^|/)(model(_#)?\.safetensors|pytorch_model(_#)?\.bin)$", Role.WEIGHTS),
    (r"(^|/)optimizer(_#)?\.bin$", Role.OPTIMIZER),
)

_FOLDER = re.compile(r"checkpoint_\d+")
_PARTS = re.compile(
    rf"{fsdp.FOLDERS.pattern}|pytorch_model(?:_\d+)?|global_step\d+|unet.*|transformer.*|adapter.*"
)
"""Sub-folders of one save: of FSDP, of DeepSpeed (its tag), of a hook that saves models itself."""
_FILES = re.compile(f"{FILES}|{fsdp.FILES}")
_BEGUN = re.compile(rf"(?:optimizer|scheduler|sampler)(?:_\d+)?\.bin|{fsdp.FILES}")
STATES = re.compile(r"random_states_#\.pkl")
_RANK = r"random_states_(\d+)\.pkl"


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with random states, or `checkpoint_<n>` where they were not yet written."""
    states = folder.shaped(STATES) if "pkl" in folder.ends else []
    if not states and not _begun(folder):
        return ()
    # FSDP writes one file per rank, so it tells of ranks whose random states are not there.
    ranks = max((_files(sub) for name, sub in folder.folders.items() if _is_fsdp(name)), default=0)
    wanted = {f"random_states_{rank}.pkl" for rank in range(max(1, min(ranks, MAX_NAMED)))}
    missing = sorted(wanted.difference(states).union(gaps_from_zero(states, _RANK)))
    named = _FOLDER.fullmatch(folder.name) is not None
    whole = not holds_saves(folder, _PARTS) if named else only_in(folder, _PARTS)
    look = None
    if "model.safetensors" in folder.files:
        look = SafetensorsLook(folder.path + "model.safetensors", folder.files["model.safetensors"])
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            None if whole else frozenset(filter(_FILES.fullmatch, folder.files)),
            rest=named and not whole,
            root=folder.path,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in missing),
            why=None if states else "the save was interrupted",
            reads=look.reads if look else (),
            judge=look.judge if look else None,
        ),
    )


def _begun(folder: Folder) -> bool:
    return _FOLDER.fullmatch(folder.name) is not None and (
        any(map(_BEGUN.fullmatch, folder.files)) or any(map(_is_fsdp, folder.folders))
    )


def _is_fsdp(name: str) -> bool:
    return fsdp.FOLDERS.fullmatch(name) is not None


def _files(folder: Folder) -> int:
    return sum(cell.count for cell in folder.cells if cell.shape.endswith(".distcp"))
