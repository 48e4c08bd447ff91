"""MosaicML Composer: `ep<e>-ba<b>-rank<r>.pt`, or `ep<e>-ba<b>/` with torch DCP.

Source: composer `callbacks/checkpoint_saver.py` (names, `latest-rank<r>.pt` as a symbolic link,
`.symlink` objects in remote stores) and `utils/checkpoint.py` (one file, or DCP when sharded).
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.sets import gaps_from_zero
from governance.recognise.steps import step_of
from governance.recognise.torch_look import TorchLook

NAME = "composer"
FILES = r"ep\d+-ba\d+-rank\d+(?:\.pt)?"
ROLES = ((r"(^|/)ep#-ba#-rank#(\.pt)?$", Role.MIXED),)

_FOLDER = re.compile(r"ep[0-9]+-ba[0-9]+")
_SHAPE = re.compile(r"ep#-ba#-rank#(?:\.pt)?")
_FILE = re.compile(r"(?P<save>ep[0-9]+-ba[0-9]+)-rank[0-9]+(?:\.pt)?")


def match(folder: Folder) -> Sequence[Find]:
    """Match the folder of a sharded save, and the ranks' files of every other."""
    if _FOLDER.fullmatch(folder.name) and ("distcp" in folder.ends or ".metadata" in folder.files):
        return (Find(NAME, Kind.CHECKPOINT, folder, step=step_of(folder.name)),)
    saves: dict[str, list[str]] = {}
    for name in folder.shaped(_SHAPE):
        hit = _FILE.fullmatch(name)
        if hit is not None:
            saves.setdefault(hit["save"], []).append(name)
    return [_save(folder, save, names) for save, names in sorted(saves.items())]


def _save(folder: Folder, save: str, names: list[str]) -> Find:
    """The first rank's file is looked into; others are there only where DeepSpeed shards."""
    missing = gaps_from_zero(names, rf"{save}-rank(\d+)(?:\.pt)?")
    missing += [name for name in names if folder.files[name] == 0]
    look = TorchLook(folder.path + names[0], folder.files[names[0]], split=len(names) == 1)
    return Find(
        NAME,
        Kind.CHECKPOINT,
        folder,
        frozenset(names),
        # The first rank's file names the save, whether it is there or not: a root does not move.
        root=f"{folder.path}{save}-rank0{PurePosixPath(names[0]).suffix}",
        step=step_of(save),
        missing=tuple(folder.path + name for name in missing),
        reads=look.reads,
        judge=look.judge,
    )
