"""WebDataset: numbered tar files, one data set per text before the number.

Sources: webdataset `writer.py` (`ShardWriter`, `%06d` from 0), wids (`shardlist` of an index),
img2dataset (`00000.tar` beside `00000.parquet` and `00000_stats.json`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import json_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, Read, Unreadable
from governance.recognise.sets import MAX_NAMED, gaps_of_n

NAME = "webdataset"
_TAR = r"\.(?:tar(?:\.(?:gz|zst|xz|bz2))?|tgz)"
FILES = rf".*\d{{4,}}{_TAR}|(?:.*[-_])?index\.json|\d{{5,}}_stats\.json"
ROLES: Sequence[tuple[str, Role]] = ()

NOTHING_SAYS = "nothing says how many shards there should be"

_ENDS = frozenset({"tar", "tgz", "gz", "zst", "xz", "bz#"})
_SHARD = re.compile(
    rf"(?P<stem>.*?)(?P<number>\d{{4,}})(?:-of-(?P<of>\d{{4,}}))?(?P<end>{_TAR})", re.DOTALL
)
_COUNTED = re.compile(r"\d+-of-\d+")
_STATS = re.compile(r"\d{5,}_stats\.json")


def match(folder: Folder) -> Sequence[Find]:
    """Match every series of tar files whose numbers are padded with zeros."""
    if not _ENDS & folder.ends:
        return ()
    series: dict[str, dict[str, int]] = {}
    for cell in folder.cells:
        for name in cell.names or ():
            hit = _SHARD.fullmatch(name)
            if hit is not None:
                series.setdefault(hit["stem"], {})[name] = int(hit["number"])
    # Numbers that never begin with 0 are dates and versions: `backup-20240101.tar`.
    return [
        _find(folder, stem, numbers)
        for stem, numbers in sorted(series.items())
        if any(name[len(stem)] == "0" for name in numbers)
    ]


def _find(folder: Folder, stem: str, numbers: Mapping[str, int]) -> Find:
    names = sorted(numbers)
    missing = [*gaps_of_n(names), *(name for name in names if folder.files[name] == 0)]
    counted = all(_COUNTED.match(name, len(stem)) for name in names)
    unsure = None
    if not counted:
        holes = _holes(names, stem)
        missing += holes or []
        unsure = NOTHING_SAYS if holes is not None else "its numbers are not those of one series"
    files = set(names)
    if not stem:
        files.update(name for name in folder.files if _STATS.fullmatch(name))
    index = next((one for one in (f"{stem}index.json", "index.json") if one in folder.files), None)
    look = _Index(folder.path, index, folder.files[index]) if index and not counted else None
    if look is not None:
        files.add(look.name)
    shapes = {"*.parquet"} if not stem else set()
    return Find(
        NAME,
        Kind.DATASET,
        folder,
        frozenset(files),
        shapes=frozenset(shapes),
        root=folder.path + stem,
        missing=tuple(folder.path + name for name in missing),
        unsure=None if look or missing else unsure,
        reads=(look.read,) if look else (),
        judge=look.judge if look else None,
    )


def _holes(names: Sequence[str], stem: str) -> list[str] | None:
    """Return the names that one writer's series lacks, None where it is no such series.

    Several writers may each count from a number of their own, so more holes than files say
    nothing.
    """
    by_form: dict[tuple[int, str], set[int]] = {}
    for name in names:
        digits = name[len(stem) :].split(".")[0]
        by_form.setdefault((len(digits), name[len(stem) + len(digits) :]), set()).add(int(digits))
    holes: list[str] = []
    for (width, end), seen in sorted(by_form.items()):
        top = max(seen)
        if top + 1 > 2 * len(seen):
            return None
        absent = (number for number in range(top) if number not in seen)
        holes += [f"{stem}{number:0{width}d}{end}" for number in absent]
    return holes[:MAX_NAMED]


@dataclass(frozen=True)
class _Index:
    path: str
    name: str
    size: int

    @property
    def key(self) -> str:
        return self.path + self.name

    @property
    def read(self) -> Read:
        return Read(self.key, 0, min(self.size, MAX_READ))

    def judge(self, contents: Contents) -> Judgement:
        """Every shard of the list that lies here must be there, with the bytes it states."""
        shards = json_of(contents, self.key).get("shardlist")
        if not isinstance(shards, list):
            raise Unreadable(f"{self.key} lists no shards")
        named = []
        for shard in shards:
            url = shard.get("url") if isinstance(shard, dict) else None
            if not isinstance(url, str):
                raise Unreadable(f"{self.key} lists a shard without an address")
            if "://" not in url:
                size = shard.get("filesize")
                exact = size if type(size) is int and size > 0 else None
                named.append(Named(self.path + url.removeprefix("./"), exact=exact))
        return Judgement(named=named)
