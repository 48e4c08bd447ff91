"""Folders of table files (Parquet, Arrow): one data set a folder, or a tree of Hive partitions."""

import re
from collections.abc import Sequence

from governance.artifact import Kind
from governance.recognise.find import Find, only_in
from governance.recognise.folder import Folder
from governance.recognise.sets import gaps_of_n

SHARD = r".*-\d{5}-of-\d{5}(?:-[0-9a-f]{16})?"
"""A name as Hugging Face datasets gives; older releases add a fingerprint to each shard."""

SIDE = r"_SUCCESS|_metadata|_common_metadata|README\.md|dataset_infos\.json"
"""Files that writers put beside tables."""

NOTHING_SAYS = "nothing says which files there should be"

_SIDE = re.compile(SIDE)
_PARTITION = re.compile(r"[^=]+=[^=]*")
# Spark's work folders and hidden ones belong to the data set that they lie in.
_OURS = re.compile(r"[^=]+=[^=]*|[_.].*")
_FINGERPRINT = re.compile(r"-[0-9a-f]{16}(?=\.[^.]*$)")


def find_tables(layout: str, ends: Sequence[str], folder: Folder) -> Sequence[Find]:
    """Find what the folder's files with these extensions make up; `layout` names it.

    The files of a partition (`lang=de/`) belong to the folder above the highest partition.
    """
    if not any(end in folder.ends for end in ends):
        return _top(layout, folder)
    if any(find.kind is not Kind.DATASET and not find.each for find in folder.finds):
        return ()  # a table beside a model's or a save's own files says nothing of itself
    dotted = tuple(f".{end}" for end in ends)
    tables = [cell for cell in folder.cells if cell.shape.endswith(dotted)]
    names = [name for cell in tables for name in cell.names or ()]
    root = _root(folder)
    numbered = len(names) == sum(cell.count for cell in tables)
    missing = [root + "_SUCCESS"] if _unfinished(folder) else []
    missing += [folder.path + name for name in gaps(names)]
    missing += [folder.path + name for name in names if folder.files[name] == 0]
    whole = not any(sub.nested or sub.finds for sub in folder.folders.values())
    if not _PARTITION.fullmatch(folder.name):
        # A folder of other things with a table in it is not a data set with other things in it.
        total = sum(cell.count for cell in folder.cells)
        whole = _only_ours(folder) and 2 * sum(cell.count for cell in tables) >= total
    return (
        Find(
            layout,
            Kind.DATASET,
            folder,
            None if whole else frozenset(names).union(filter(_SIDE.fullmatch, folder.files)),
            shapes=frozenset(cell.shape for cell in tables if cell.names is None),
            root=root,
            missing=tuple(missing),
            why="the job that wrote it did not finish" if _unfinished(folder) else None,
            unsure=None if numbered or missing else NOTHING_SAYS,
        ),
    )


def gaps(names: Sequence[str]) -> list[str]:
    """Return the names that numbered sets lack; for a fingerprint nobody knows stands a `*`."""
    plain = {_FINGERPRINT.sub("-*", name) for name in names}
    return gaps_of_n(sorted(plain), first=0)


def _unfinished(folder: Folder) -> bool:
    return "_temporary" in folder.folders and "_SUCCESS" not in folder.files


def _root(folder: Folder) -> str:
    while folder.parent is not None and _PARTITION.fullmatch(folder.name):
        folder = folder.parent
    return folder.path


def _only_ours(folder: Folder) -> bool:
    return only_in(folder, _OURS) and all(_OURS.fullmatch(name) for name in folder.folders)


def _top(layout: str, folder: Folder) -> Sequence[Find]:
    """A folder above partitions: what lies beside them belongs to the data set, too."""
    if not folder.nested or not any(
        find.layout == layout and find.place == folder.path
        for name, sub in folder.folders.items()
        if "=" in name
        for one in (sub, *sub.below())
        for find in one.finds
    ):
        return ()
    side = frozenset(filter(_SIDE.fullmatch, folder.files))
    missing = (folder.path + "_SUCCESS",) if _unfinished(folder) else ()
    return (
        Find(
            layout,
            Kind.DATASET,
            folder,
            None if _only_ours(folder) else side,
            root=folder.path,
            missing=missing,
            why="the job that wrote it did not finish" if missing else None,
        ),
    )
