"""TensorFlow checkpoints: `<stem>.index` and `<stem>.data-00000-of-00001`.

Sources: TensorFlow `core/util/tensor_bundle` (the index is renamed last),
`python/checkpoint/checkpoint_management.py` (the tracker `checkpoint`, which belongs to the run),
`python/training/saver.py` (`<stem>.meta`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.tensor_bundle import MAX_INDEX, NotBundle, parse_index
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable
from governance.recognise.sets import gaps_of_n

NAME = "tf-checkpoint"
FILES = r".*\.index|.*\.data-\d{5}-of-\d{5}|.*ckpt.*\.meta|.*-\d+\.meta|checkpoint"
ROLES = ((r"\.data-#-of-#$", Role.MIXED),)

_DATA = re.compile(r"(?P<stem>.+)\.data-\d{5}-of-\d{5}", re.DOTALL)
_TRACKER = "checkpoint"
_STEP = re.compile(r".*-(?P<step>\d+)", re.DOTALL)

_OPTIMIZER = re.compile(
    r"(?:.*/)?(?:\.OPTIMIZER_SLOT|optimizers?|optimizer_\d+|_optimizer)/.*"
    r"|.*/(?:Adam|Adamax|Adagrad|Adadelta|Momentum|RMSProp|Ftrl|LARSOptimizer|adam_[mv]|[mv])(?:_\d+)?",
    re.DOTALL,
)
_NEITHER = re.compile(
    r"_CHECKPOINTABLE_OBJECT_GRAPH|global_step|beta[12]_power.*"
    r"|(?:save_counter|step|global_step|epoch)(?:/\.ATTRIBUTES/.*)?"
)


def match(folder: Folder) -> Sequence[Find]:
    """Match every stem; files of a SavedModel belong to that."""
    if "data-#-of-#" not in folder.ends and "index" not in folder.ends:
        return ()
    if folder.name == "variables" and folder.parent is not None and is_saved(folder.parent):
        return ()
    data: dict[str, list[str]] = {}
    for name in folder.ending(".data-#-of-#"):
        hit = _DATA.fullmatch(name)
        if hit is not None:
            data.setdefault(hit["stem"], []).append(name)
    for name in folder.ending(".index"):
        stem = name.removesuffix(".index")
        # Search indexes end so, too: without data a name or the tracker must tell.
        if stem not in data and ("ckpt" in stem or _TRACKER in folder.files):
            data[stem] = []
    return [_find(folder, stem, names) for stem, names in sorted(data.items())]


def is_saved(folder: Folder) -> bool:
    """Is it the folder of a SavedModel, whole or not?"""
    return any(
        name in folder.files
        for name in ("saved_model.pb", "saved_model.pbtxt", "fingerprint.pb", "keras_metadata.pb")
    )


def _find(folder: Folder, stem: str, data: list[str]) -> Find:
    index = f"{stem}.index"
    missing = [*gaps_of_n(data, first=0), *(name for name in data if not folder.files[name])]
    if not folder.files.get(index):
        missing.append(index)
    files = {index, f"{stem}.meta", *data} & folder.files.keys()
    total = sum(folder.files[name] for name in data)
    look = Look(folder.path + stem, folder.files.get(index, 0), total)
    step = _STEP.fullmatch(stem)
    return Find(
        NAME,
        Kind.CHECKPOINT,
        folder,
        frozenset(files),
        root=folder.path + stem,
        step=int(step["step"]) if step else None,
        missing=tuple(folder.path + name for name in missing),
        why="the index is written last" if index in missing else None,
        reads=look.reads,
        judge=look.judge if look.reads else None,
        unsure=None if look.reads or missing else f"{look.key} is too long to be read",
    )


@dataclass(frozen=True)
class Look:
    """One read: the index, which says how long each shard is and what its bytes are."""

    stem: str
    size: int
    """Bytes of the index."""
    data: int
    """Bytes of all shards together."""

    @property
    def key(self) -> str:
        """The index."""
        return f"{self.stem}.index"

    @property
    def reads(self) -> tuple[Read, ...]:
        """What to read; nothing where there is no index or it is too long."""
        return (Read(self.key, 0, self.size),) if 0 < self.size <= MAX_INDEX else ()

    def judge(self, contents: Contents) -> Judgement:
        """Every shard must reach to the end of its last tensor."""
        try:
            bundle = parse_index(bytes_of(contents, self.key))
        except NotBundle as error:
            raise Unreadable(f"{self.key}: {error}") from error
        count = len(bundle.ends)
        named = [
            Named(f"{self.stem}.data-{number:05d}-of-{count:05d}", least=end)
            for number, end in enumerate(bundle.ends)
        ]
        split = {Role.WEIGHTS: 0, Role.OPTIMIZER: 0, Role.OTHER: 0}
        for key, size in bundle.sizes.items():
            split[role_of(key)] += size
        # What does not fit into the files is not true of them.
        fits = sum(split.values()) <= self.data
        mixed = split[Role.WEIGHTS], split[Role.OPTIMIZER]
        return Judgement(named=named, mixed=mixed if fits else None)


def role_of(key: str) -> Role:
    """Return what a tensor is, by the name that TensorFlow 1, 2 or Keras gave it."""
    if _NEITHER.fullmatch(key):
        return Role.OTHER
    # An object's path ends where its attribute begins.
    path = key.partition("/.ATTRIBUTES/")[0]
    # Keras 3: the optimizer's references to the model's own variables.
    if "_trainable_variables/" in path:
        return Role.WEIGHTS
    if _OPTIMIZER.fullmatch(path) or _OPTIMIZER.fullmatch(f"{path}/"):
        return Role.OPTIMIZER
    return Role.WEIGHTS
