"""Keras models: `.keras` archives, and HDF5 files whose names say that they hold a model.

Sources: keras `saving/saving_lib.py` (a ZIP archive of `config.json` and `model.weights.h5`;
`*.weights.h5`), `callbacks/model_checkpoint.py`. Other `.h5` files are data more often than models.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.hdf5 import FIRST_READ, NotHdf5, end_of_file
from blueprints.zip_end import TAIL, ends_whole
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable

NAME = "keras"
_HDF5 = (
    r"(?:.*[._-])?(?:model|weights|ckpt|checkpoint)"
    r"(?:[._-]?(?:best|final|last|epoch|ep|step|v)?[\d._=-]*(?:\w*(?:loss|acc\w*)[\d._=-]*)?)"
    r"\.(?:h5|hdf5)"
)
FILES = rf".*\.keras|{_HDF5}"
# A model that was compiled has its optimizer's state in the same file, `*.weights.h5` too.
ROLES = ((r"\.(keras|h#|hdf#)$", Role.MIXED),)

_FILES = re.compile(FILES)
_ENDS = frozenset({"keras", "h#", "hdf#"})


def match(folder: Folder) -> Sequence[Find]:
    """Match every such file; each is a model."""
    if not _ENDS & folder.ends:
        return ()
    return [_find(folder, name) for name in sorted(folder.files) if _FILES.fullmatch(name)]


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
