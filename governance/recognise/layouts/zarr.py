"""Zarr groups and arrays: the highest folder that is one takes all below.

Source: the Zarr specifications, version 2 (`.zgroup`, `.zarray`, `.zmetadata`) and 3 (`zarr.json`).
"""

from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "zarr"
FILES = r"\.zgroup|\.zarray|\.zmetadata|zarr\.json"
ROLES: Sequence[tuple[str, Role]] = ()

OWNED = "a chunk that is absent stands for the fill value: no list says which there should be"

_MARKS = (".zgroup", ".zarray", ".zmetadata", "zarr.json")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with metadata of a group or an array, or one that is called `*.zarr`."""
    if not any(mark in folder.files for mark in _MARKS) and not folder.name.endswith(".zarr"):
        return ()
    return (Find(NAME, Kind.DATASET, folder, sealed=True, unsure=OWNED),)
