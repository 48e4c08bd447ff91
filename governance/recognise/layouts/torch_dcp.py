"""torch distributed checkpoint (DCP): `__<rank>_<n>.distcp` and `.metadata`.

Source: torch `distributed/checkpoint/filesystem.py` (`.metadata.tmp` is renamed to `.metadata`
when all data is written; without collectives each rank has its own `__<rank>.metadata`) and
`hf_storage.py` (`sharded/shard-<rank>-model-<n>-of-<N>.safetensors` before consolidation).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.dcp_metadata import SIZE_LIMIT, Item, NotMetadata, parse_metadata
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.layouts import fsdp
from governance.recognise.parts import part_of
from governance.recognise.reading import READS_PER_ARTIFACT, Read, Unreadable
from governance.recognise.sets import MAX_NAMED, gaps_from_zero, gaps_of_n
from governance.recognise.steps import step_of

NAME = "torch-dcp"
FILES = (
    r"\.metadata(?:\.tmp)?|__\d+\.metadata(?:\.tmp)?|shard-\d{5}-model-\d{5}-of-\d{5}\.safetensors"
)
# The data files themselves are not asked for: `.metadata` names them, and there are many.
ROLES = (
    (r"\.distcp$", Role.MIXED),
    (r"(^|/)shard-#-model-#-of-#\.safetensors$", Role.WEIGHTS),
)

_ALONE = frozenset({".metadata", ".metadata.tmp", "metadata.json", "common.pt", "meta.pt"})
"""What may be left of a checkpoint that has lost all its data."""

_FILES = re.compile(FILES)
_OF_RANK = re.compile(r"__#\.metadata")
_RANK = r"__(\d+)\.metadata"
_SHARDS = re.compile(r"shard-#-model-#-of-#\.safetensors")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with data files, or one that holds nothing but the metadata of some."""
    if "distcp" not in folder.ends and "metadata" not in folder.ends:
        shards = folder.shaped(_SHARDS) if "safetensors" in folder.ends else []
        return _sharded(folder, shards) if shards else ()
    if ".metadata" in folder.files:
        alone = sum(cell.count for cell in folder.cells) == len(folder.files)
        if "distcp" not in folder.ends and not (alone and folder.files.keys() <= _ALONE):
            return ()
        return (_find(folder, [".metadata"]),)
    ranks = folder.shaped(_OF_RANK)
    if "distcp" not in folder.ends and not ranks:
        return ()
    return (_find(folder, ranks) if ranks else _unfinished(folder),)


def _find(folder: Folder, metadata: list[str]) -> Find:
    """`metadata` is one file, or one of each rank."""
    missing = [folder.path + name for name in gaps_from_zero(metadata, _RANK)]
    missing += [folder.path + name for name in metadata if not folder.files[name]]
    looks = [name for name in metadata if folder.files[name]][:READS_PER_ARTIFACT]
    unsure = None
    if len(metadata) > READS_PER_ARTIFACT:
        unsure = f"each of {len(metadata)} ranks has its own metadata; too many to look into"
    large = [name for name in looks if folder.files[name] > SIZE_LIMIT]
    if large:
        unsure = f"{large[0]} has {folder.files[large[0]]} bytes, too many to look into"
        looks = []
    data = [cell for cell in folder.cells if cell.shape.endswith(".distcp")]
    judge = _Judge(
        folder.path,
        tuple(folder.path + name for name in looks),
        ranks=0 if metadata == [".metadata"] else len(metadata),
        count=sum(cell.count for cell in data),
        size=sum(cell.size for cell in data),
        mixed=fsdp.FOLDERS.fullmatch(folder.name) is None,
    )
    return Find(
        NAME,
        Kind.CHECKPOINT,
        folder,
        own(folder, _FILES),
        shapes=_data(folder) if folder.nested else frozenset(),
        step=step_of(folder.name),
        missing=tuple(missing),
        unsure=unsure,
        reads=tuple(Read(folder.path + name, 0, folder.files[name]) for name in looks),
        judge=judge.judge if looks else None,
    )


def _unfinished(folder: Folder) -> Find:
    return Find(
        NAME,
        Kind.CHECKPOINT,
        folder,
        own(folder, _FILES),
        shapes=_data(folder) if folder.nested else frozenset(),
        step=step_of(folder.name),
        missing=(folder.path + ".metadata",),
        why="the save is under way or was interrupted: .metadata is written last",
    )


def _data(folder: Folder) -> frozenset[str]:
    return frozenset(cell.shape for cell in folder.cells if cell.shape.endswith(".distcp"))


def _sharded(folder: Folder, shards: list[str]) -> Sequence[Find]:
    missing = tuple(folder.path + name for name in gaps_of_n(shards))
    return (Find(NAME, Kind.MODEL, folder, step=step_of(folder.name), missing=missing),)


@dataclass(frozen=True)
class _Judge:
    path: str
    keys: tuple[str, ...]
    ranks: int
    """How many ranks left metadata of their own; 0 where there is one for all."""
    count: int
    """Data files that are there, and their bytes."""
    size: int
    mixed: bool
    """Do the data files hold both weights and optimizer state?"""

    def judge(self, contents: Contents) -> Judgement:
        """Every file that the metadata names must reach to the end of what it holds."""
        items: list[Item] = []
        for key in self.keys:
            try:
                items += parse_metadata(bytes_of(contents, key))
            except NotMetadata as error:
                raise Unreadable(f"{key} is not the metadata of a checkpoint: {error}") from error
        ends: dict[str, int] = {}
        bytes_ = {Role.WEIGHTS: 0, Role.OPTIMIZER: 0, Role.OTHER: 0}
        for item in items:
            end = item.offset + item.length
            ends[item.relative_path] = max(ends.get(item.relative_path, 1), end)
            bytes_[part_of(item.fqn, item.kind == "tensor")] += item.length
        named = [Named(self.path + name, least=end) for name, end in sorted(ends.items())]
        split = bytes_[Role.WEIGHTS], bytes_[Role.OPTIMIZER]
        return Judgement(
            named=named + self._absent(len(ends)),
            # What does not fit into the files is not true of them.
            mixed=split if self.mixed and sum(split) <= self.size else None,
        )

    def _absent(self, named: int) -> list[Named]:
        """Without one metadata for all, data that none names is of ranks that have lost theirs."""
        if not self.ranks or not named:
            return []
        each = max(1, named // len(self.keys))
        ranks = range(self.ranks, min(-(-self.count // each), self.ranks + MAX_NAMED))
        return [Named(f"{self.path}__{rank}.metadata") for rank in ranks]
