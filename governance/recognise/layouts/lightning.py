"""PyTorch Lightning: `*.ckpt` files, and `*.ckpt/` folders of the sharding strategies.

Source: lightning `pytorch/callbacks/model_checkpoint.py` (names), `pytorch/strategies/fsdp.py` and
`model_parallel.py` (`meta.pt` written after the DCP files), `pytorch/strategies/deepspeed.py`
(`<name>.ckpt/checkpoint/`, `<name>.ckpt/latest`).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.steps import step_of
from governance.recognise.torch_look import TorchLook

NAME = "lightning"
FILES = r".*\.ckpt|meta\.pt|.*-unfinished"
ROLES = ((r"\.ckpt$", Role.MIXED),)

_END = re.compile(r"\.ckpt$")


def match(folder: Folder) -> Sequence[Find]:
    """Match every `.ckpt` file of the folder, or the folder that is a sharded checkpoint."""
    if folder.name.endswith(".ckpt") or "meta.pt" in folder.files:
        sharded = "distcp" in folder.ends or ".metadata" in folder.files
        if sharded or (folder.name.endswith(".ckpt") and folder.nested):
            return (_sharded(folder, sharded),)
    if "ckpt" not in folder.ends:
        return ()
    return [_file(folder, name) for name in folder.ending(".ckpt")]


def _sharded(folder: Folder, dcp: bool) -> Find:
    missing = (folder.path + "meta.pt",) if dcp and not folder.files.get("meta.pt") else ()
    return Find(NAME, Kind.CHECKPOINT, folder, step=step_of(folder.name), missing=missing)


def _file(folder: Folder, name: str) -> Find:
    look = TorchLook(folder.path + name, folder.files[name], split=True)
    marker = _END.sub("", name) + "-unfinished"  # NeMo's marker, beside Lightning's file
    unfinished = marker in folder.files
    return Find(
        NAME,
        Kind.CHECKPOINT,
        folder,
        frozenset({name, marker} if unfinished else {name}),
        root=folder.path + name,
        step=step_of(name),
        missing=(look.key,) if unfinished else (),
        why=f"{marker} says that the save was not finished" if unfinished else None,
        reads=look.reads,
        judge=look.judge,
    )
