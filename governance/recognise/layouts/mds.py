"""MosaicML streaming data sets (MDS and its JSON and CSV forms): shards and `index.json`.

Source: streaming `base/format/base/writer.py` (`index.json` is written last, by `finish`),
`base/format/mds/reader.py` and `base/shard` (`raw_data`, `zip_data` and the like: basename and
bytes), `base/util.py` (`merge_index`: names with the folder before them).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import json_of
from governance.recognise.find import Contents, Find, Judgement, Named, only_in, own
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, Read, Unreadable

NAME = "mds"
_INDEX = "index.json"
FILES = r"index\.json|shard\.\d+\.(?:mds|jsonl?|[ctx]sv)(?:\.meta)?(?:\.[a-z0-9]+)?"
ROLES: Sequence[tuple[str, Role]] = ()

_ANY = re.compile(FILES)
_SHAPE = re.compile(r"shard\.#\.(?:mds|jsonl?|[ctx]sv)(?:\.meta)?(?:\.[a-z#]+)?")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with shards, or with the merged index of those in its sub-folders."""
    if _INDEX not in folder.files:
        if not any(end in folder.ends for end in ("mds", "zstd")) or not _shards(folder):
            return ()
        missing = (folder.path + _INDEX,)
        why = "the writer did not finish: the index is written last"
        files = own(folder, _ANY)
        return (
            Find(NAME, Kind.DATASET, folder, files, root=folder.path, missing=missing, why=why),
        )
    parts = [] if _shards(folder) else _parts(folder)
    if not _shards(folder) and not parts:
        return ()
    look = _Index(folder.path, folder.files[_INDEX])
    whole = bool(parts) and only_in(folder, re.compile("|".join(map(re.escape, parts))))
    return (
        Find(
            NAME,
            Kind.DATASET,
            folder,
            None if whole else own(folder, _ANY),
            root=folder.path,
            sealed=whole,
            reads=(look.read,),
            judge=look.judge,
        ),
    )


def _shards(folder: Folder) -> list[str]:
    return folder.shaped(_SHAPE)


def _parts(folder: Folder) -> list[str]:
    """Return the sub-folders that hold data sets of this kind, at any depth."""
    if not folder.nested:
        return []
    return [
        name
        for name, sub in folder.folders.items()
        if any(find.layout == NAME for one in (sub, *sub.below()) for find in one.finds)
    ]


@dataclass(frozen=True)
class _Index:
    path: str
    size: int

    @property
    def key(self) -> str:
        return self.path + _INDEX

    @property
    def read(self) -> Read:
        return Read(self.key, 0, min(self.size, MAX_READ))

    def judge(self, contents: Contents) -> Judgement:
        """Every shard must be there with the bytes that the index states."""
        shards = json_of(contents, self.key).get("shards")
        if not isinstance(shards, list) or not all(isinstance(one, dict) for one in shards):
            raise Unreadable(f"{self.key} lists no shards")
        return Judgement(named=[named for one in shards for named in self._files(one)])

    def _files(self, shard: dict[str, object]) -> list[Named]:
        files = []
        for part in ("data", "meta"):
            # Where there is a compressed form, the plain one need not be kept.
            stated = shard.get(f"zip_{part}") or shard.get(f"raw_{part}")
            if not isinstance(stated, dict):
                continue
            name, size = stated.get("basename"), stated.get("bytes")
            if not isinstance(name, str) or type(size) is not int or size < 0:
                raise Unreadable(f"{self.key} lists a shard without name or bytes")
            files.append(Named(self.path + name, least=0, exact=size))
        return files
