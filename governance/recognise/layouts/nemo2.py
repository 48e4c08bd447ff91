"""NeMo 2: `<name>/weights/` (Megatron Core) and `<name>/context/`, while unfinished with a marker.

Source: NeMo 2 `nemo/lightning/pytorch/callbacks/model_checkpoint.py` (`<name>-unfinished` beside
the folder until the save is done; `-last`) and `nemo/lightning/ckpt_utils.py` (WEIGHTS_PATH,
CONTEXT_PATH; `adapter_metadata.json`).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.steps import step_of

NAME = "nemo2"
FILES = r".*-unfinished|io\.json|model\.yaml|adapter_metadata\.json"
ROLES: Sequence[tuple[str, Role]] = ()

_SAVE = re.compile(r".*--.*=.*|.*-last")
"""Names that training gives; an imported or exported model has the same folders inside."""


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with `weights/` and `context/`, or one of them and a name of training's."""
    weights, context = folder.folders.get("weights"), folder.folders.get("context")
    if weights is None and context is None:
        return ()
    marker = f"{folder.name}-unfinished"
    unfinished = folder.parent is not None and marker in folder.parent.files
    trained = _SAVE.fullmatch(folder.name) is not None
    data = weights is not None and bool(weights.finds)
    io = context is not None and "io.json" in context.files
    if not (data and io) and not ((data or io) and (trained or unfinished)):
        return ()
    missing = [] if data else ["weights/metadata.json"]
    missing += [] if io else ["context/io.json"]
    # Nothing may be known to be missing, but the whole is not what it should be.
    missing += [""] if unfinished else []
    return (
        Find(
            NAME,
            Kind.CHECKPOINT if trained or unfinished else Kind.MODEL,
            folder,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in missing),
            unsure=f"{marker} beside it says that the save was not finished"
            if unfinished
            else None,
        ),
    )
