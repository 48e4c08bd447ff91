"""torchtitan: `step-<n>/` with torch DCP, or with a Hugging Face index at the end of training.

Source: torchtitan `components/checkpointer/dcp.py` (`_find_load_step`): a step is valid if it has
`.metadata` or `model.safetensors.index.json`.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.steps import step_of

NAME = "torchtitan"
FILES = r"model\.safetensors\.index\.json"
ROLES: Sequence[tuple[str, Role]] = ()

_FOLDER = re.compile(r"step-[0-9]+")
_INDEX = "model.safetensors.index.json"


def match(folder: Folder) -> Sequence[Find]:
    """Match `step-<n>` that holds a checkpoint or the shards of one that was not finished."""
    if _FOLDER.fullmatch(folder.name) is None:
        return ()
    dcp = "distcp" in folder.ends or ".metadata" in folder.files
    index = _INDEX in folder.files
    shards = "sharded" in folder.folders and bool(folder.folders["sharded"].finds)
    if not (dcp or index or shards):
        return ()
    missing = () if dcp or index else (folder.path + _INDEX,)
    return (Find(NAME, Kind.CHECKPOINT, folder, step=step_of(folder.name), missing=missing),)
