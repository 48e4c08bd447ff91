"""Diffusers: pipelines with `model_index.json`, single models, LoRA weights.

Sources: diffusers `pipelines/pipeline_utils.py` (`model_index.json` names a folder per component),
`utils/constants.py` (names of weights and configs), `loaders/lora_base.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import json_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, Read
from governance.recognise.safetensors_look import SafetensorsLook
from governance.recognise.sets import gaps_of_n
from governance.recognise.torch_look import TorchLook
from governance.recognise.weight_map import WeightMaps

NAME = "diffusers"
_PIPELINE = "model_index.json"
_OURS = (
    r"diffusion_(?:pytorch|flax)_model[\w.-]*\.(?:safetensors|bin|msgpack)(?:\.index[\w.-]*\.json)?"
)
_THEIRS = r"(?:flax_|pytorch_)?model[\w.-]*\.(?:safetensors|bin|msgpack|onnx)"
_LORA = r"pytorch_lora_weights[\w.-]*\.(?:safetensors|bin)"
FILES = (
    rf"model_index\.json|{_OURS}|{_THEIRS}|{_LORA}|config\.json|scheduler_config\.json"
    r"|tokenizer_config\.json|preprocessor_config\.json|README\.md"
)
ROLES = (
    (
        r"(^|/)(diffusion_(pytorch|flax)_model|(flax_|pytorch_)?model|pytorch_lora_weights)[^/]*"
        r"\.(safetensors|bin|msgpack|onnx)$",
        Role.WEIGHTS,
    ),
)

_FILES = re.compile(rf"{_OURS}|{_LORA}|config\.json|README\.md")
_WEIGHTS = re.compile(rf"(?:{_OURS}|{_THEIRS})")
_OURS_SHAPE = re.compile(r"diffusion_(?:pytorch|flax)_model.*")
_IS_INDEX = re.compile(r".*\.index[\w.-]*\.json")
_LORA_SHAPE = re.compile(r"pytorch_lora_weights.*")


def match(folder: Folder) -> Sequence[Find]:
    """Match a pipeline, a model by itself, or LoRA weights."""
    if _PIPELINE in folder.files:
        return (_pipeline(folder),)
    if not folder.ends & {"safetensors", "bin", "msgpack"}:
        return ()
    weights = folder.shaped(_OURS_SHAPE)
    if weights:
        return (_model(folder, weights),)
    lora = folder.shaped(_LORA_SHAPE)
    return (_lora(folder, lora[0]),) if lora else ()


def _model(folder: Folder, weights: Sequence[str]) -> Find:
    indexes = [name for name in weights if _IS_INDEX.fullmatch(name)]
    shards = [name for name in weights if "-of-" in name and name not in indexes]
    missing = [*gaps_of_n(shards, first=1), *(name for name in weights if not folder.files[name])]
    if shards and not indexes:
        missing.append(_index_of(shards[0]))
    if "config.json" not in folder.files:
        missing.append("config.json")
    look: WeightMaps | SafetensorsLook | TorchLook | None = None
    key, size = folder.path + weights[0], folder.files[weights[0]]
    if indexes:
        look = WeightMaps(folder.path, {indexes[0]: folder.files[indexes[0]]})
    elif key.endswith(".safetensors"):
        look = SafetensorsLook(key, size)
    elif key.endswith(".bin"):
        look = TorchLook(key, size)
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        own(folder, _FILES),
        root=folder.path,
        missing=tuple(folder.path + name for name in missing),
        reads=look.reads if look else (),
        judge=look.judge if look else None,
    )


def _index_of(shard: str) -> str:
    """`x-00001-of-00002.fp16.safetensors` has the index `x.safetensors.index.fp16.json`."""
    stem, _, tail = shard.partition("-")
    _, *variant, end = tail.split(".")
    return ".".join([stem, end, "index", *variant, "json"])


def _lora(folder: Folder, name: str) -> Find:
    key, size = folder.path + name, folder.files[name]
    look = SafetensorsLook(key, size) if name.endswith(".safetensors") else TorchLook(key, size)
    files, missing = own(folder, _FILES), () if size else (key,)
    return Find(
        NAME,
        Kind.ADAPTER,
        folder,
        files,
        root=folder.path,
        missing=missing,
        reads=look.reads if size else (),
        judge=look.judge if size else None,
    )


def _pipeline(folder: Folder) -> Find:
    """All below belongs to it; the reads would not be enough for each of its components."""
    look = _Components(folder)
    return Find(
        NAME,
        Kind.MODEL,
        folder,
        alone=True,
        reads=(Read(look.key, 0, min(folder.files[_PIPELINE], MAX_READ)),),
        judge=look.judge,
    )


@dataclass(frozen=True)
class _Components:
    folder: Folder

    @property
    def key(self) -> str:
        return self.folder.path + _PIPELINE

    def judge(self, contents: Contents) -> Judgement:
        """Each component has a folder with its configuration, and weights if it is a model."""
        named = []
        for name, stated in json_of(contents, self.key).items():
            if name.startswith("_") or not isinstance(stated, list) or len(stated) != 2:
                continue
            library, kind = stated
            if isinstance(library, str) and isinstance(kind, str):
                named += [Named(f"{self.folder.path}{one}") for one in self._needs(name, *stated)]
        return Judgement(named=named)

    def _needs(self, name: str, library: str, kind: str) -> list[str]:
        for end, config in _CONFIGS:
            if end in kind:
                return [f"{name}/{config}"]
        part = self.folder.folders.get(name)
        if part is not None and any(_WEIGHTS.fullmatch(one) for one in part.files):
            return [f"{name}/config.json"]
        stem = "diffusion_pytorch_model" if library == "diffusers" else "model"
        return [f"{name}/config.json", f"{name}/{stem}.safetensors"]


_CONFIGS = (
    ("Scheduler", "scheduler_config.json"),
    ("Tokenizer", "tokenizer_config.json"),
    ("FeatureExtractor", "preprocessor_config.json"),
    ("Processor", "preprocessor_config.json"),
)
