"""FSDP as Accelerate and Trainer save it: model and optimizer in folders or files of their own.

Source: accelerate `utils/fsdp_utils.py` (`save_fsdp_model`, `save_fsdp_optimizer`): sharded into
`pytorch_model_fsdp_<n>/` and `optimizer_<n>/` (torch DCP), else into one file, or one per rank.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.sets import gaps_from_zero

NAME = "fsdp"
FILES = r"pytorch_model_fsdp(?:_\d+)?(?:_rank\d+)?\.bin|optimizer(?:_\d+)?_rank\d+\.bin"
ROLES = (
    (r"(^|/)pytorch_model_fsdp(_#)?(_rank#)?\.bin$", Role.WEIGHTS),
    (r"(^|/)optimizer(_#)?_rank#\.bin$", Role.OPTIMIZER),
)
FOLDERS = re.compile(r"(?P<model>pytorch_model_fsdp)_\d+|optimizer_\d+")

_SHAPES = re.compile(r"(?:pytorch_model_fsdp|optimizer)(?:_#)?(?:_rank#)?\.bin")
_FILES = re.compile(FILES)
_RANKS = (
    r"pytorch_model_fsdp_rank(\d+)\.bin",
    r"pytorch_model_fsdp_(\d+)_rank(\d+)\.bin",
    r"optimizer_rank(\d+)\.bin",
    r"optimizer_(\d+)_rank(\d+)\.bin",
)


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder of shards by its name, and the files of ranks in any folder."""
    if "distcp" in folder.ends or ".metadata" in folder.files:
        hit = FOLDERS.fullmatch(folder.name)
        if hit is None:
            return ()
        role = Role.WEIGHTS if hit["model"] else Role.OPTIMIZER
        return (Find(NAME, Kind.CHECKPOINT, folder, roles=((r"\.distcp$", role),)),)
    if "bin" not in folder.ends:
        return ()
    names = [name for name in folder.shaped(_SHAPES) if _FILES.fullmatch(name)]
    if not names:
        return ()
    missing = [gap for pattern in _RANKS for gap in gaps_from_zero(names, pattern)]
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            frozenset(names),
            root=folder.path,
            missing=tuple(folder.path + name for name in missing),
        ),
    )
