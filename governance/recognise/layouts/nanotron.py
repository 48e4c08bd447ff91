"""Nanotron: `<step>/` with a file per parameter and rank, `checkpoint_metadata.json` at the end.

Source: nanotron `serialize/main.py` (`save`: config, weights, optimizer, scheduler, then
`save_meta`), `serialize/utils.py` (`get_path`), `serialize/optimizer.py` (`optimizer_filename`),
`serialize/random.py`, `trainer.py` (`save_checkpoint` adds `model_config.json` and `latest.txt`).
"""

import re
from collections.abc import Iterator, Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.sets import gaps_of_ranks

NAME = "nanotron"
FILES = (
    r"checkpoint_metadata\.json|model_config\.json|optimizer_config\.json|lr_scheduler.*\.pt"
    r"|model_.*\.safetensors|optimizer_pp-.*\.pt|tp-\d+-of-\d+_.*\.pt"
)
ROLES = (
    (r"^model/.*\.safetensors$", Role.WEIGHTS),
    (r"^optimizer/optimizer_.*\.pt$", Role.OPTIMIZER),
)

_STEP = re.compile(r"[0-9]{1,18}")
_WEIGHT = re.compile(r"model_weight.*\.safetensors")
_OWN = ("model_config.json", "checkpoint_metadata.json")
_SETS = ("optimizer", "random", "lr_scheduler")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with `model/` and one of Nanotron's own files."""
    model = folder.folders.get("model")
    if model is None or not (any(name in folder.files for name in _OWN) or _begun(folder, model)):
        return ()
    missing = [folder.path + name for name in _OWN if not folder.files.get(name)]
    for sub in (model, *model.below()):
        # A parameter lies on one pipeline stage, or on those that share it; on all tensor ranks.
        missing += _gaps(sub, except_for=("pp-rank",))
    for name in _SETS:
        if name in folder.folders:
            missing += _gaps(folder.folders[name])
    step = int(folder.name) if _STEP.fullmatch(folder.name) else None
    late = "checkpoint_metadata.json" not in folder.files
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=step,
            missing=tuple(missing),
            why="the save was interrupted" if late else None,
        ),
    )


def _begun(folder: Folder, model: Folder) -> bool:
    """Only weights are there yet, which are written first."""
    return _STEP.fullmatch(folder.name) is not None and any(
        sub.shaped(_WEIGHT) for sub in model.below() if "safetensors" in sub.ends
    )


def _gaps(folder: Folder, except_for: Sequence[str] = ()) -> Iterator[str]:
    """The keys that the sets of ranks in a folder lack."""
    if "safetensors" in folder.ends or "pt" in folder.ends:
        names = [name for cell in folder.cells for name in cell.names or ()]
        for name in gaps_of_ranks(names, except_for):
            yield folder.path + name
