"""Orbax checkpoints of JAX: `<step>/`, with one folder per item or the arrays themselves.

Sources: orbax.checkpoint `path/atomicity.py` (`commit_success.txt`, temporary names),
`path/step.py` (names of steps), `metadata/` (`_CHECKPOINT_METADATA`, `_METADATA`),
`serialization/` (one OCDBT database a process, merged into the item's; or one Zarr array each).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blueprints.formats.ocdbt import MANIFEST, Node, NotOcdbt, parse_leaf, parse_manifest
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, READS_PER_ARTIFACT, Read, Unreadable

NAME = "orbax"
_CHECKPOINT, _TREE, _COMMIT = "_CHECKPOINT_METADATA", "_METADATA", "commit_success.txt"
FILES = r"_CHECKPOINT_METADATA|_METADATA|_sharding|manifest\.ocdbt|commit_success\.txt|checkpoint"

_OPTIMIZER = r"opt(?:imizer)?(?:_?states?)?(?:_?[#\d]+)?|param_states"
_WEIGHTS = r"params?|models?|weights|target|mdl_vars|ema(?:_params)?"
ROLES = (
    (rf"^({_OPTIMIZER})(\.orbax-checkpoint-tmp[^/]*)?/(.*/)?d/~", Role.OPTIMIZER),
    (rf"^({_WEIGHTS})(\.orbax-checkpoint-tmp[^/]*)?/(.*/)?d/~", Role.WEIGHTS),
    (r"(^|/)d/~", Role.MIXED),
    # The name of a temporary item is not that of a parameter.
    (r"^[^/]*\.orbax-checkpoint-tmp", Role.OTHER),
    (rf"^([^/]+/)?(.*\.)?({_OPTIMIZER})\.[^/]*/", Role.OPTIMIZER),
    (rf"^([^/]+/)?(.*\.)?({_WEIGHTS})\.[^/]*/", Role.WEIGHTS),
)

_TMP = ".orbax-checkpoint-tmp"
_STEP = re.compile(r"(?:.*_)?(?P<step>\d+)")
_PART = re.compile(rf"(?P<optimizer>{_OPTIMIZER})|(?P<weights>{_WEIGHTS})")
_MARKS = (_CHECKPOINT, _TREE, MANIFEST)


def match(folder: Folder) -> Sequence[Find]:
    """Match a save: by its metadata, its temporary name, or items under a step's name."""
    name, tmp, _ = folder.name.partition(_TMP)
    step = _STEP.fullmatch(name)
    if not tmp and not any(mark in folder.files for mark in _MARKS):
        if step is None or not any(_is_item(child) for child in folder.folders.values()):
            return ()
    elif tmp and not folder.files and not folder.folders:
        return ()
    if tmp:
        missing, why = [folder.path + _COMMIT], "the save was interrupted"
    else:
        missing, why = _missing(folder), None
    bases = [_Database(folder.path, one) for one in _items(folder) if MANIFEST in one.files]
    # Two reads are enough to know all files of one database, or the sums of two.
    bases = [] if missing else sorted(bases, key=lambda one: -one.size)[:READS_PER_ARTIFACT]

    def judge(contents: Contents) -> Judgement:
        if len(bases) == 1:
            return bases[0].judge(contents)
        return Judgement(named=[named for one in bases for named in one.sums(contents)])

    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=int(step["step"]) if step else None,
            missing=tuple(missing),
            why=why,
            sealed=True,
            reads=tuple(one.read for one in bases),
            judge=judge if bases else None,
        ),
    )


def _is_item(folder: Folder) -> bool:
    """Does it hold a tree of arrays, whole or not?"""
    return (
        _TREE in folder.files
        or MANIFEST in folder.files
        or "_sharding" in folder.files
        or "array_metadatas" in folder.folders
    )


def _items(save: Folder) -> list[Folder]:
    return [one for one in (save, *save.folders.values()) if _is_item(one)]


def _missing(save: Folder) -> list[str]:
    items = _items(save)
    missing = []
    children = [] if save in items else list(save.folders.values())
    marked = [one for one in (save, *children) if _COMMIT in one.files]
    if marked:
        missing += [one.path + _COMMIT for one in (save, *children) if one not in marked]
    # Releases that keep metadata of each array also wrote that of the checkpoint.
    if _CHECKPOINT not in save.files and any("array_metadatas" in one.folders for one in items):
        missing.append(save.path + _CHECKPOINT)
    for item in items:
        if _TREE not in item.files and "checkpoint" not in item.files:
            missing.append(item.path + _TREE)
        data = "d" in item.folders or any(name.startswith("ocdbt.") for name in item.folders)
        if data and MANIFEST not in item.files:
            missing.append(item.path + MANIFEST)
    return missing


@dataclass(frozen=True)
class _Database:
    """An item's OCDBT database: which data files it needs and whose bytes they hold."""

    root: str
    item: Folder

    @property
    def key(self) -> str:
        return self.item.path + MANIFEST

    @property
    def size(self) -> int:
        """Bytes of its data files, those of its processes included."""
        folders = [one for one in self.item.below() if one.name == "d"]
        return sum(cell.size for one in folders for cell in one.cells)

    @property
    def read(self) -> Read:
        return Read(self.key, 0, min(self.item.files[MANIFEST], MAX_READ))

    def node(self, contents: Contents) -> Node | None:
        try:
            return parse_manifest(bytes_of(contents, self.key))
        except NotOcdbt as error:
            raise Unreadable(f"{self.key}: {error}") from error

    def sums(self, contents: Contents) -> list[Named]:
        """The file with the root of the index, and where bytes are short, the data's folder."""
        node = self.node(contents)
        if node is None:
            return []
        named = [Named(self.item.path + node.path, least=node.offset + node.length)]
        if self.size < node.tree_bytes + node.value_bytes:
            named.append(Named(f"{self.item.path}d/"))
        return named

    def judge(self, contents: Contents) -> Judgement:
        """The manifest names the file with the root of the index, which names the others."""
        node = self.node(contents)
        if node is None:
            return Judgement()
        file = self.item.path + node.path
        named = [Named(file, least=node.offset + node.length)]
        if node.height or node.length > MAX_READ:
            return Judgement(named=named, unsure=f"{self.key}: its index is too large to be read")
        return Judgement(
            named=named,
            more=(Read(file, node.offset, node.length),),
            then=lambda more: self.look(more, file, node),
        )

    def look(self, contents: Contents, key: str, node: Node) -> Judgement:
        """The root of the index names every data file and says which bytes are whose."""
        try:
            leaf = parse_leaf(bytes_of(contents, key), node.base)
        except NotOcdbt as error:
            raise Unreadable(f"{key}: {error}") from error
        named = [Named(self.item.path + path, least) for path, least in sorted(leaf.files.items())]
        below = self.item.path[len(self.root) :]
        alone = below and _PART.fullmatch(below[:-1])
        return Judgement(named=named, mixed=None if alone else self._split(leaf.stored))

    def _split(self, stored: dict[str, int]) -> tuple[int, int] | None:
        weights = optimizer = 0
        for key, size in stored.items():
            role = _role(key.split("/")[0].split("."))
            weights += size * (role == "weights")
            optimizer += size * (role == "optimizer")
        if not weights and not optimizer:
            return None
        # One value may be stored for two keys; a split that cannot be is none.
        return (weights, optimizer) if weights + optimizer <= self.size else None


def _role(path: Iterable[str]) -> str | None:
    """The first part of a parameter's name that says which it is: `opt_state.0.mu.params`."""
    for part in path:
        hit = _PART.fullmatch(part)
        if hit is not None:
            return hit.lastgroup
    return None
