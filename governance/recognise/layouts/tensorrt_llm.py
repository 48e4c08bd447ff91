"""TensorRT-LLM: engines `rank<n>.engine`, and the checkpoints that engines are built from.

Sources: TensorRT-LLM `builder.py` (`Engine.save`, `EngineConfig`), `models/modeling_utils.py`
(`PretrainedConfig.mapping`, `rank<n>.safetensors`); `world_size` is the number of ranks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import json_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, Read
from governance.recognise.sets import MAX_SET, gaps_from_zero

NAME = "tensorrt-llm"
_CONFIG = "config.json"
_RANK = r"(?:.*_)?rank(\d+)\.(?:engine|safetensors)"
FILES = r"(?:.*_)?rank\d+\.(?:engine|safetensors)|config\.json|model\.cache"
ROLES = ((r"rank#\.(engine|safetensors)$", Role.WEIGHTS),)

_FILES = re.compile(FILES)
_SHAPE = re.compile(r"(?:.*_)?rank#\.(?:engine|safetensors)")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with ranks' engines, or with ranks' weights beside a config."""
    if "engine" not in folder.ends and not (
        "safetensors" in folder.ends and _CONFIG in folder.files
    ):
        return ()
    ranks = folder.shaped(_SHAPE)
    if not ranks:
        return ()
    missing = [*gaps_from_zero(ranks, _RANK), *(name for name in ranks if not folder.files[name])]
    if not folder.files.get(_CONFIG):
        missing.append(_CONFIG)
    look = _Config(folder.path, ranks[0], folder.files.get(_CONFIG, 0))
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            own(folder, _FILES),
            root=folder.path,
            missing=tuple(folder.path + name for name in missing),
            reads=look.reads,
            judge=look.judge if look.reads else None,
        ),
    )


@dataclass(frozen=True)
class _Config:
    path: str
    rank: str
    """Name of one rank's file; the others differ in the last number."""
    size: int

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(self.path + _CONFIG, 0, min(self.size, MAX_READ)),) if self.size else ()

    def judge(self, contents: Contents) -> Judgement:
        """There must be a file for every rank of the world."""
        config = json_of(contents, self.path + _CONFIG)
        world = _world(config)
        if world is None:
            return Judgement(unsure=f"{self.path}{_CONFIG} does not say how many ranks there are")
        head, tail = re.split(r"\d+(?=\.[a-z]+$)", self.rank, maxsplit=1)
        return Judgement(named=[Named(f"{self.path}{head}{n}{tail}") for n in range(world)])


def _world(config: Mapping[str, object]) -> int | None:
    inner = config.get("pretrained_config")
    for level in (inner if isinstance(inner, dict) else {}, config):
        mapping = level.get("mapping")
        world = mapping.get("world_size") if isinstance(mapping, dict) else None
        if type(world) is int and 0 < world <= MAX_SET:
            return world
    # Before release 0.8 the sizes stood in the builder's config.
    older = config.get("builder_config")
    if isinstance(older, dict):
        sizes = [older.get(f"{one}_parallel", 1) for one in ("tensor", "pipeline")]
        if all(type(one) is int and 0 < one <= 1000 for one in sizes):
            return int(sizes[0] * sizes[1])
    return None
