"""Megatron Core distributed checkpoint: `common.pt`, torch DCP or Zarr data, `metadata.json` last.

Source: megatron `core/dist_checkpointing/serialization.py` (`save`, whose last step writes
`metadata.json`) and `core.py` (CheckpointingConfig).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.steps import step_of

NAME = "megatron-core"
FILES = r"metadata\.json|common\.pt|\.zarray"
ROLES: Sequence[tuple[str, Role]] = ()

_FOLDER = re.compile(r"iter_[0-9]{7}|release")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with `common.pt`, or `iter_<n>` with the data of a save not finished."""
    dcp = "distcp" in folder.ends or ".metadata" in folder.files
    named = _FOLDER.fullmatch(folder.name) is not None or "metadata.json" in folder.files
    if "common.pt" not in folder.files and not (dcp and named):
        return ()
    zarr = not dcp and any(".zarray" in sub.files for sub in folder.folders.values())
    if not (dcp or zarr or named):
        return ()
    missing = [name for name in ("common.pt", "metadata.json") if not folder.files.get(name)]
    if not dcp and not zarr:
        missing.append(".metadata")
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in missing),
            unsure="its tensors are Zarr arrays, whose chunks no index names" if zarr else None,
            why="the save was interrupted" if "metadata.json" in missing else None,
        ),
    )
