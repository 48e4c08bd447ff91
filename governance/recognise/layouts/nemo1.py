"""NeMo 1: `*.nemo`, a tar of `model_config.yaml` and `model_weights.ckpt`, or the same unpacked.

Source: nemo `core/connectors/save_restore_connector.py` (`save_to`, `_make_nemo_file_from_folder`:
a plain tar, before version 1.4 one compressed with gzip).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.tar_end import BLOCK, END, begins_tar, ends_tar
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.reading import Read
from governance.recognise.torch_look import TorchLook

NAME = "nemo1"
FILES = r".*\.nemo|model_config\.yaml|model_weights\.ckpt"
ROLES = ((r"\.nemo$", Role.WEIGHTS), (r"(^|/)model_weights(\.ckpt$|/.*\.distcp$)", Role.WEIGHTS))

_UNPACKED = ("model_config.yaml", "model_weights.ckpt")
_FILES = re.compile(r"model_config\.yaml|model_weights\.ckpt|.*\.(?:model|vocab|json|txt)")


def match(folder: Folder) -> Sequence[Find]:
    """Match every `.nemo` file of the folder, and an archive that was unpacked there."""
    finds = []
    if "model_weights.ckpt" in folder.files or (
        "model_config.yaml" in folder.files and "model_weights" in folder.folders
    ):
        finds.append(_unpacked(folder))
    if "nemo" in folder.ends:
        finds += [_archive(folder, name) for name in folder.ending(".nemo")]
    return finds


def _unpacked(folder: Folder) -> Find:
    sharded = "model_weights" in folder.folders
    wanted = _UNPACKED[:1] if sharded else _UNPACKED
    size = folder.files.get("model_weights.ckpt")
    look = None if size is None else TorchLook(folder.path + "model_weights.ckpt", size)
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        None if sharded else own(folder, _FILES),
        root=folder.path,
        missing=tuple(folder.path + name for name in wanted if name not in folder.files),
        reads=look.reads if look else (),
        judge=look.judge if look else None,
    )


def _archive(folder: Folder, name: str) -> Find:
    look = _Archive(folder.path + name, folder.files[name])
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        frozenset({name}),
        root=look.key,
        reads=(Read(look.key, 0, min(look.size, BLOCK)),),
        judge=look.judge,
    )


@dataclass(frozen=True)
class _Archive:
    key: str
    size: int

    def judge(self, contents: Contents) -> Judgement:
        """The first block says that it is a tar; the next read is of its end."""
        start = bytes_of(contents, self.key)
        if not begins_tar(start):
            what = "a compressed tar" if start[:2] == b"\x1f\x8b" else "no tar"
            return Judgement(unsure=f"{self.key} is {what}: only unpacking shows if it is whole")
        length = min(self.size, END)
        return Judgement(more=(Read(self.key, self.size - length, length),), then=self._end)

    def _end(self, contents: Contents) -> Judgement:
        if ends_tar(bytes_of(contents, self.key), self.size):
            return Judgement()
        return Judgement(named=[Named(self.key, least=self.size + 1)])
