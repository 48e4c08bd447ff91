"""FSDP as Accelerate and Trainer save it: model and optimizer in folders or files of their own.

Source: accelerate `utils/fsdp_utils.py` (`save_fsdp_model`, `save_fsdp_optimizer`): sharded into
`pytorch_model_fsdp_<n>/` and `optimizer_<n>/` (torch DCP), else into one file, or one per rank.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.sets import MAX_NAMED, MAX_SET, gaps_from_zero

NAME = "fsdp"
FILES = r"pytorch_model_fsdp(?:_\d+)?(?:_rank\d+)?\.bin|optimizer(?:_\d+)?_rank\d+\.bin"
ROLES = (
    (r"(^|/)pytorch_model_fsdp(_#)?(_rank#)?\.bin$", Role.WEIGHTS),
    (r"(^|/)optimizer(_#)?_rank#\.bin$", Role.OPTIMIZER),
)
FOLDERS = re.compile(r"(?P<model>pytorch_model_fsdp)_\d+|optimizer_\d+")

_SHAPES = re.compile(r"(?:pytorch_model_fsdp|optimizer)(?:_#)?(?:_rank#)?\.bin")
_FILES = re.compile(FILES)
_OF_RANK = re.compile(r"(?P<of>.*_rank)(?P<rank>[0-9]{1,18})\.bin")


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
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            frozenset(names),
            root=folder.path,
            missing=tuple(folder.path + name for name in _missing(names)),
        ),
    )


def _missing(names: Sequence[str]) -> list[str]:
    """Every rank writes a file of each kind: as many as the kind with the most has."""
    hits = [hit for name in names if (hit := _OF_RANK.fullmatch(name))]
    kinds, ranks = {hit["of"] for hit in hits}, {hit["rank"] for hit in hits}
    if len(kinds) * len(ranks) > MAX_SET:
        return []
    whole = {f"{kind}{rank}.bin" for kind in kinds for rank in ranks}
    gaps = {f"{kind}{gap}" for kind in kinds for gap in gaps_from_zero(ranks, r"(\d+)")}
    return sorted(whole.difference(names) | {f"{gap}.bin" for gap in gaps})[:MAX_NAMED]
