"""What interrupted programs leave behind: each file is an artifact alone, outside of any other.

Inside a save such a file belongs to the save. Open multipart uploads are debris, too; the engine
adds them. Sources: the NFS client's `.nfs*` for files removed while open; curl, rclone, rsync and
huggingface_hub (`.incomplete`) for the endings.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "debris"
FILES = r"\.nfs[0-9A-Fa-f]{8,}"
ROLES: Sequence[tuple[str, Role]] = ()

_ENDS = frozenset({"tmp", "temp", "incomplete", "part", "partial", "crdownload", "filepart"})
_DOTTED = tuple(f".{end}" for end in _ENDS)
_SHARD = re.compile(
    r".*\.(?:safetensors|bin|pt|pth|ckpt|distcp|gguf|parquet|arrow|mds|tar|npz|idx|engine)"
)


def match(folder: Folder) -> Sequence[Find]:
    """Match temporary files by their ending, and empty files that should hold tensors or rows."""
    finds = []
    if _ENDS & folder.ends:
        cells = [cell for cell in folder.cells if cell.shape.endswith(_DOTTED)]
        unseen = frozenset(cell.shape for cell in cells if cell.names is None)
        if unseen:
            why = "an interrupted program left it behind"
            finds.append(Find(NAME, Kind.DEBRIS, folder, each=unseen, unsure=why))
        finds += [_alone(folder, name) for cell in cells for name in cell.names or ()]
    finds += [_alone(folder, name) for name in folder.files if name.startswith(".nfs")]
    if 0 in folder.files.values():
        finds += [
            _alone(folder, name, "it is empty")
            for name, size in folder.files.items()
            if size == 0 and _SHARD.fullmatch(name)
        ]
    return finds


def _alone(folder: Folder, name: str, why: str = "an interrupted program left it behind") -> Find:
    key = folder.path + name
    return Find(NAME, Kind.DEBRIS, folder, frozenset({name}), root=key, unsure=why)
