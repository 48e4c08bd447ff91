"""Hugging Face model folder: `config.json` and weights, in one file or in indexed shards.

Source: transformers `utils/__init__.py` (WEIGHTS_NAME, SAFE_WEIGHTS_INDEX_NAME and the like).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.safetensors import FIRST_READ, NotSafetensors, parse_header
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of, json_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable
from governance.recognise.sets import gaps_of_n

NAME = "hf-model"
_SINGLE = r"model\.safetensors|pytorch_model\.bin|tf_model\.h5|flax_model\.msgpack"
_SHARD = (
    r"(?:model|pytorch_model|tf_model|flax_model)-\d{5}-of-\d{5}\.(?:safetensors|bin|h5|msgpack)"
)
_INDEX = r"(?:model\.safetensors|pytorch_model\.bin|tf_model\.h5|flax_model\.msgpack)\.index\.json"
SIDE = (
    r"config\.json|generation_config\.json|chat_template\.(?:jinja|json)|tokenizer.*|vocab.*"
    r"|merges\.txt|special_tokens_map\.json|added_tokens\.json|.*processor_config\.json"
    r"|spiece\.model|sentencepiece\.bpe\.model|modeling_.*\.py|configuration_.*\.py|README\.md"
)
FILES = rf"{_SINGLE}|{_SHARD}|{_INDEX}|{SIDE}"
ROLES = (
    (
        r"(^|/)(pytorch_|tf_|flax_)?model(-#-of-#)?\.(safetensors|bin|h#|msgpack)$",
        Role.WEIGHTS,
    ),
)

_WEIGHTS = re.compile(f"{_SINGLE}|{_SHARD}|{_INDEX}")
_IS_SHARD = re.compile(_SHARD)
_IS_INDEX = re.compile(_INDEX)
_FILES = re.compile(FILES)


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with weights under their standard names, or an index that names some."""
    weights = sorted(name for name in folder.files if _WEIGHTS.fullmatch(name))
    if not weights:
        return ()
    missing = [folder.path + name for name in gaps_of_n(weights)]
    indexes = [name for name in weights if _IS_INDEX.fullmatch(name)]
    shards = [name for name in weights if _IS_SHARD.fullmatch(name)]
    if shards and not indexes:
        missing.append(folder.path + _index_of(shards[0]))
    if "config.json" not in folder.files:
        missing.append(folder.path + "config.json")
    reads: tuple[Read, ...] = ()
    judge = None
    if indexes:
        look = _Index(folder.path, indexes[0])
        reads, judge = (Read(look.key, 0, folder.files[indexes[0]]),), look.judge
    elif "model.safetensors" in folder.files:
        size = folder.files["model.safetensors"]
        single = _Single(folder.path + "model.safetensors", size)
        reads, judge = (Read(single.key, 0, min(size, FIRST_READ)),), single.judge
    unsure = None
    if judge is None and not missing:
        unsure = f"{weights[0]} says its own length only when it is loaded"
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            files=own(folder, _FILES),
            root=folder.path,
            missing=tuple(missing),
            unsure=unsure,
            reads=reads,
            judge=judge,
        ),
    )


def _index_of(shard: str) -> str:
    stem, _, tail = shard.partition("-")
    return f"{stem}{tail[tail.index('.') :]}.index.json"


@dataclass(frozen=True)
class _Index:
    path: str
    name: str

    @property
    def key(self) -> str:
        return self.path + self.name

    def judge(self, contents: Contents) -> Judgement:
        """Every file in `weight_map` must be there."""
        weight_map = json_of(contents, self.key).get("weight_map")
        if not isinstance(weight_map, dict) or not weight_map:
            raise Unreadable(f"{self.key} has no weight_map")
        files = {one for one in weight_map.values() if isinstance(one, str)}
        return Judgement(named=[Named(self.path + one) for one in sorted(files)])


@dataclass(frozen=True)
class _Single:
    key: str
    size: int

    def judge(self, contents: Contents) -> Judgement:
        """The header says how long the file must be."""
        try:
            header = parse_header(bytes_of(contents, self.key))
        except NotSafetensors as error:
            raise Unreadable(f"{self.key}: {error}") from error
        return Judgement(named=[Named(self.key, exact=header.size)])
