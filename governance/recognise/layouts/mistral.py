"""Mistral's own form of its models: `consolidated.safetensors` and `params.json`.

Source: mistral-inference `transformer.py` (`from_folder`) and mistral-common (`tekken.json`,
`tokenizer.model.v<n>`); large models have `consolidated-00001-of-0000N.safetensors` and an index.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find, own
from governance.recognise.folder import Folder
from governance.recognise.safetensors_look import SafetensorsLook
from governance.recognise.sets import gaps_of_n
from governance.recognise.weight_map import WeightMaps

NAME = "mistral"
_SINGLE, _INDEX = "consolidated.safetensors", "consolidated.safetensors.index.json"
_SHARD = r"consolidated-\d{5}-of-\d{5}\.safetensors"
FILES = (
    rf"consolidated\.safetensors(?:\.index\.json)?|{_SHARD}|params\.json|tekken\.json"
    r"|tokenizer\.model.*|README\.md"
)
ROLES = ((r"(^|/)consolidated(-#-of-#)?\.safetensors$", Role.WEIGHTS),)

_FILES = re.compile(FILES)
_SHAPE = re.compile(r"consolidated(?:-#-of-#)?\.safetensors(?:\.index\.json)?")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with such weights; torchtune's and others' are beside a `config.json`."""
    weights = folder.shaped(_SHAPE)
    if not weights:
        return ()
    shards = [name for name in weights if name not in (_SINGLE, _INDEX)]
    missing = [*gaps_of_n(shards, first=1), *(name for name in weights if not folder.files[name])]
    if shards and _INDEX not in weights:
        missing.append(_INDEX)
    if "params.json" not in folder.files:
        missing.append("params.json")
    look: WeightMaps | SafetensorsLook
    if _INDEX in weights:
        look = WeightMaps(folder.path, {_INDEX: folder.files[_INDEX]})
    else:
        look = SafetensorsLook(folder.path + weights[0], folder.files[weights[0]])
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            own(folder, _FILES),
            root=folder.path,
            missing=tuple(folder.path + name for name in missing),
            reads=look.reads,
            judge=look.judge,
        ),
    )
