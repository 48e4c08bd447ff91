"""DVC caches and remotes: `files/md5/xx/<30 hex>`, before DVC 3 `xx/<30 hex>`.

Each blob is an artifact; what needs it is known only to the Git repository. A `.dir` blob lists the
files of a folder. Sources: dvc_objects `db.py` (two digits, then the rest), dvc_data
`hashfile/tree.py` (a JSON list of `md5` and `relpath`), dvc `stage/cache.py` (runs).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import any_json_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable

NAME = "dvc-cache"
FILES = r"[0-9a-f]{30}\.dir"
ROLES: Sequence[tuple[str, Role]] = ()

MAX_LIST = 16 * 1024 * 1024
"""Bytes of a folder's list that are read: some 150,000 files."""

_PREFIX = re.compile(r"[0-9a-f]{2}")
_MD5 = re.compile(r"[0-9a-f]{32}")
_RUN = re.compile(r"[0-9a-f]{64}")
_BLOB, _LIST, _RUN_BLOB = "~30", "~.dir", "~64"


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder of two hexadecimal digits with MD5 blobs in it, or a run of the run cache."""
    name = folder.name
    if len(name) == 64:
        return _run(folder)
    if len(name) != 2 or not _PREFIX.fullmatch(name):
        return ()
    finds = []
    if any(cell.shape == _BLOB for cell in folder.cells):
        finds.append(Find(NAME, Kind.BLOB, folder, each=frozenset({_BLOB})))
    for one in folder.ending(_LIST):
        blob = _Folder(folder, one)
        size = folder.files[one]
        whole = size <= MAX_LIST
        finds.append(
            Find(
                NAME,
                Kind.BLOB,
                folder,
                frozenset({one}),
                root=blob.key,
                unsure=None if whole else f"its list of {size} bytes is too long to read",
                reads=(Read(blob.key, 0, size),) if whole else (),
                judge=blob.judge if whole else None,
            )
        )
    return finds


def _run(folder: Folder) -> Sequence[Find]:
    prefix = folder.parent
    if not _RUN.fullmatch(folder.name) or prefix is None or prefix.name != folder.name[:2]:
        return ()
    if prefix.parent is None or prefix.parent.name != "runs":
        return ()
    return (Find(NAME, Kind.BLOB, folder, each=frozenset({_RUN_BLOB})),)


@dataclass(frozen=True)
class _Folder:
    folder: Folder
    name: str

    @property
    def key(self) -> str:
        return self.folder.path + self.name

    def judge(self, contents: Contents) -> Judgement:
        """Every file in the list must have its blob; a blob may be empty."""
        members = any_json_of(contents, self.key)
        if not isinstance(members, list):
            raise Unreadable(f"{self.key} is not a JSON list")
        store = self.folder.path[:-3]
        digests = set()
        for member in members:
            digest = member.get("md5") if isinstance(member, dict) else None
            if not isinstance(digest, str) or not _MD5.fullmatch(digest):
                raise Unreadable(f"{self.key} lists a file without an MD5")
            digests.add(digest)
        return Judgement(
            named=[Named(f"{store}{one[:2]}/{one[2:]}", least=0) for one in sorted(digests)]
        )
