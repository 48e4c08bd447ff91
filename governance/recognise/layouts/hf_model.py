"""Hugging Face model folder: `config.json` and weights, in one file or in indexed shards.

Source: transformers `utils/__init__.py` (WEIGHTS_NAME, SAFE_WEIGHTS_INDEX_NAME and the like).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from governance.artifact import Kind, Role
from governance.recognise.find import Contents, Find, Judgement, only_in, own
from governance.recognise.folder import Folder
from governance.recognise.layouts import accelerate
from governance.recognise.reading import Read
from governance.recognise.safetensors_look import SafetensorsLook
from governance.recognise.sets import gaps_of_n
from governance.recognise.torch_look import TorchLook
from governance.recognise.weight_map import WeightMaps

NAME = "hf-model"
_SINGLE = r"model\.safetensors|pytorch_model\.bin|tf_model\.h5|flax_model\.msgpack"
_SHARD = (
    r"(?:model|pytorch_model|tf_model|flax_model)-\d{5}-of-\d{5}\.(?:safetensors|bin|h5|msgpack)"
)
_INDEX = r"(?:model\.safetensors|pytorch_model\.bin|tf_model\.h5|flax_model\.msgpack)\.index\.json"
SIDE = (
    r"config\.json|generation_config\.json|chat_template\.(?:jinja|json)|tokenizer.*|vocab.*"
    r"|merges\.txt|special_tokens_map\.json|added_tokens\.json|.*processor_config\.json"
    r"|spiece\.model|sentencepiece\.bpe\.model|modeling_.*\.py|configuration_.*\.py|README\.md|training_args\.bin"
)
FILES = rf"{_SINGLE}|{_SHARD}|{_INDEX}|{SIDE}"
ROLES = (
    (
        r"(^|/)(pytorch_|tf_|flax_)?model(-#-of-#)?\.(safetensors|bin|h#|msgpack)$",
        Role.WEIGHTS,
    ),
)

_SHAPES = re.compile(
    r"(?:(?:pytorch_|tf_|flax_)?model)(?:-#-of-#)?\.(?:safetensors|bin|h#|msgpack)(?:\.index\.json)?"
)
_WEIGHTS = re.compile(f"{_SINGLE}|{_SHARD}|{_INDEX}")
_IS_SHARD = re.compile(_SHARD)
_IS_INDEX = re.compile(_INDEX)
_FILES = re.compile(FILES)
_SHARDED = re.compile("sharded")
"""Where torch DCP's writer of this format leaves the ranks' own files."""


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with weights under their standard names, or an index that names some.

    Without `config.json` it is one as well: torch DCP, and Trainer with a model that is not of
    transformers, write weights alone. Accelerate does, too, in a folder of its own kind.
    """
    weights = [name for name in folder.shaped(_SHAPES) if _WEIGHTS.fullmatch(name)]
    if not weights or ("pkl" in folder.ends and folder.shaped(accelerate.STATES)):
        return ()
    indexes = [name for name in weights if _IS_INDEX.fullmatch(name)]
    # torchtune writes one shard of one in its own format, without an index.
    shards = [name for name in weights if _IS_SHARD.fullmatch(name)]
    shards = [name for name in shards if not name.endswith("-00001-of-00001.bin")]
    wanted = {_index_of(name) for name in shards}
    missing = [*gaps_of_n(weights), *sorted(wanted.difference(indexes))]
    look = _look(folder, indexes, weights)
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            files=None if only_in(folder, _SHARDED) else own(folder, _FILES),
            root=folder.path,
            missing=tuple(folder.path + name for name in missing),
            reads=look.reads,
            judge=look.judge,
        ),
    )


def _index_of(shard: str) -> str:
    stem, _, tail = shard.partition("-")
    end = tail[tail.index(".") :]
    return f"{'pytorch_model' if end == '.bin' else stem}{end}.index.json"


def _look(folder: Folder, indexes: list[str], weights: list[str]) -> "_Look":
    """Choose what says most of the whole: an index, or the first single file."""
    if indexes:
        return WeightMaps(folder.path, {name: folder.files[name] for name in indexes[:2]})
    name = weights[0]
    key, size = folder.path + name, folder.files[name]
    if name.endswith(".safetensors"):
        return SafetensorsLook(key, size)
    return TorchLook(key, size) if name.endswith(".bin") else _Unknown(key)


class _Look(Protocol):
    @property
    def reads(self) -> tuple[Read, ...]: ...

    def judge(self, contents: Contents) -> Judgement: ...


@dataclass(frozen=True)
class _Unknown:
    key: str

    @property
    def reads(self) -> tuple[Read, ...]:
        return ()

    def judge(self, _: Contents) -> Judgement:
        return Judgement(unsure=f"{self.key} says its own length only when it is loaded")
