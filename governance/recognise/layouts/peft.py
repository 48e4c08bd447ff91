"""PEFT adapters (LoRA and others): `adapter_config.json` beside `adapter_model.*`.

Source: peft `utils/constants.py` (CONFIG_NAME, WEIGHTS_NAME, SAFETENSORS_WEIGHTS_NAME); the base
model is `base_model_name_or_path` in the config.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.contents import json_of, text_in
from governance.recognise.find import Contents, Find, Judgement, own
from governance.recognise.folder import Folder
from governance.recognise.layouts.hf_model import SIDE
from governance.recognise.reading import Read

NAME = "peft"
FILES = r"adapter_config\.json|adapter_model\.(?:safetensors|bin)"
ROLES = ((r"(^|/)adapter_model\.(safetensors|bin)$", Role.WEIGHTS),)

_FILES = re.compile(f"{FILES}|{SIDE}")
_CONFIG = "adapter_config.json"
_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with either file; it is whole when both are there."""
    weights = [name for name in _WEIGHTS if name in folder.files]
    if _CONFIG not in folder.files and not weights:
        return ()
    wanted = [*(weights or _WEIGHTS[:1]), _CONFIG]
    key, size = folder.path + _CONFIG, folder.files.get(_CONFIG)
    return (
        Find(
            NAME,
            Kind.ADAPTER,
            folder,
            files=own(folder, _FILES),
            root=folder.path,
            missing=tuple(folder.path + name for name in wanted if not folder.files.get(name)),
            reads=(Read(key, 0, size),) if size else (),
            judge=(lambda contents: _judge(contents, key)) if size else None,
        ),
    )


def _judge(contents: Contents, key: str) -> Judgement:
    config = json_of(contents, key)
    return Judgement(base_model=text_in(config.get("base_model_name_or_path")))
