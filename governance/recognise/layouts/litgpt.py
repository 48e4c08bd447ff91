"""LitGPT: a folder with `lit_model.pth`, or with `.lora` or adapter weights beside their settings.

Source: litgpt `pretrain.py`, `finetune/*.py` (`step-<n>/lit_model.pth[.lora|.adapter|.adapter_v2]`,
`final/`), `utils.py` (`save_config`), `parser_config.py` (`hyperparameters.yaml`).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find, own
from governance.recognise.folder import Folder
from governance.recognise.layouts.hf_model import SIDE
from governance.recognise.steps import step_of
from governance.recognise.torch_look import TorchLook

NAME = "litgpt"
FILES = r"lit_model\.pth(?:\.lora|\.adapter|\.adapter_v2)?|model_config\.yaml|hyperparameters\.yaml"
ROLES = (
    (r"(^|/)lit_model\.pth\.(lora|adapter|adapter_v#)$", Role.WEIGHTS),
    (r"(^|/)lit_model\.pth$", Role.MIXED),
)

_SHAPE = re.compile(r"lit_model\.pth(?:\.lora|\.adapter|\.adapter_v#)?")
_FILES = re.compile(f"{FILES}|{SIDE}")
_SAVE = re.compile(r"step-[0-9]{6,18}|final")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with any of these weights; `lit_model.pth` may be a folder of shards."""
    names = folder.shaped(_SHAPE)
    sharded = "lit_model.pth" in folder.folders and folder.folders["lit_model.pth"].finds
    if not names and not sharded:
        return ()
    looks = [
        TorchLook(folder.path + name, folder.files[name], split=name == "lit_model.pth")
        for name in names[:1]
    ]
    trained = _SAVE.fullmatch(folder.name) is not None
    missing = [name for name in ("model_config.yaml",) if not folder.files.get(name)]
    return (
        Find(
            NAME,
            Kind.CHECKPOINT if trained else Kind.MODEL,
            folder,
            None if sharded else own(folder, _FILES),
            root=folder.path,
            step=step_of(folder.name),
            missing=tuple(folder.path + name for name in missing),
            reads=tuple(read for look in looks for read in look.reads),
            judge=looks[0].judge if looks else None,
        ),
    )
