"""Keras models: `.keras` archives, and HDF5 files whose names say that they hold a model.

Sources: keras `saving/saving_lib.py` (a ZIP archive of `config.json` and `model.weights.h5`;
`*.weights.h5`, or shards with `*.weights.json`), `callbacks/model_checkpoint.py`. Other HDF5
files are data more often than models.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.hdf5 import FIRST_READ, NotHdf5, end_of_file
from blueprints.formats.zip_end import TAIL, ends_whole
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable
from governance.recognise.sets import gaps_from_zero
from governance.recognise.weight_map import WeightMaps

NAME = "keras"
_HDF5 = (
    r"(?:.*[._-])?(?:model|weights|ckpt|checkpoint)"
    r"(?:[._-]?(?:best|final|last|epoch|ep|step|v)?[\d._=-]*(?:\w*(?:loss|acc\w*)[\d._=-]*)?)"
    r"\.(?:h5|hdf5)"
)
_SHARD = r"(?P<stem>.+)_\d{5}\.weights\.h5"
FILES = rf".*\.keras|{_HDF5}|.*\.weights\.json"
# A model that was compiled has its optimizer's state in the same file, `*.weights.h5` too.
ROLES = ((r"\.(keras|h#|hdf#)$", Role.MIXED),)

_INDEX = ".weights.json"
_IS_SHARD = re.compile(_SHARD, re.DOTALL)
_FILES = re.compile(rf".*\.keras|{_HDF5}", re.DOTALL)
_ENDS = frozenset({"keras", "h#", "hdf#"})


def match(folder: Folder) -> Sequence[Find]:
    """Match every such file; each is a model, but for shards: they are one with their index."""
    if not _ENDS & folder.ends and not ("json" in folder.ends and folder.ending(_INDEX)):
        return ()
    names = [name for name in sorted(folder.files) if _FILES.fullmatch(name)]
    sets: dict[str, list[str]] = {name.removesuffix(_INDEX): [] for name in folder.ending(_INDEX)}
    for name in names:
        hit = _IS_SHARD.fullmatch(name)
        if hit is not None and (hit["stem"] in sets or f"{hit['stem']}_00000.weights.h5" in names):
            sets.setdefault(hit["stem"], []).append(name)
    sharded = {name for shards in sets.values() for name in shards}
    alone = [_find(folder, name) for name in names if name not in sharded]
    return [*(_sharded(folder, stem, shards) for stem, shards in sorted(sets.items())), *alone]


def _sharded(folder: Folder, stem: str, shards: Sequence[str]) -> Find:
    index = stem + _INDEX
    size = folder.files.get(index, 0)
    missing = [*gaps_from_zero(shards, r".+_(\d{5})\.weights\.h5"), *([] if size else [index])]
    missing += [name for name in shards if not folder.files[name]]
    look = WeightMaps(folder.path, {index: size} if size else {})
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        frozenset({index, *shards} & folder.files.keys()),
        root=folder.path + stem,
        missing=tuple(folder.path + name for name in missing),
        reads=look.reads,
        judge=look.judge if size else None,
    )


def _find(folder: Folder, name: str) -> Find:
    look = _Look(folder.path + name, folder.files[name])
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        frozenset({name}),
        root=look.key,
        missing=() if look.size else (look.key,),
        why=None if look.size else "it is empty",
        reads=(look.read,) if look.size else (),
        judge=look.judge if look.size else None,
    )


@dataclass(frozen=True)
class _Look:
    key: str
    size: int

    @property
    def read(self) -> Read:
        if self.key.endswith(".keras"):
            length = min(self.size, TAIL)
            return Read(self.key, self.size - length, length)
        return Read(self.key, 0, min(self.size, FIRST_READ))

    def judge(self, contents: Contents) -> Judgement:
        """The end of an archive, or the beginning of an HDF5 file, says if the file is whole."""
        data = bytes_of(contents, self.key)
        if self.key.endswith(".keras"):
            whole = ends_whole(data, self.size)
            return Judgement(named=() if whole else [Named(self.key, least=self.size + 1)])
        try:
            return Judgement(named=[Named(self.key, least=end_of_file(data))])
        except NotHdf5 as error:
            raise Unreadable(f"{self.key}: {error}") from error
