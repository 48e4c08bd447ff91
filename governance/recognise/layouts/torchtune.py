"""torchtune: `epoch_<n>/` (or `step_<n>/`) with a model's shards, its adapter, or both.

Source: torchtune `training/checkpointing/_checkpointer.py` (`save_checkpoint` of the full-model
checkpointers) and `_utils.py` (SHARD_FNAME, ADAPTER_MODEL_FNAME, RECIPE_STATE_DIRNAME).
`recipe_state/` beside the epochs is overwritten by each of them: it is of the run.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "torchtune"
FILES = r"adapter_model\.pt|recipe_state\.pt|original_repo_id\.json"
ROLES = ((r"(^|/)adapter_model\.pt$", Role.WEIGHTS),)

_FOLDER = re.compile(r"(?:epoch|step)_(?P<number>[0-9]{1,18})")
"""The number of an epoch stands for a step: it is all that orders these saves."""
_SHARD = re.compile(r"(?:model|ft-model)-#-of-#\.(?:safetensors|bin)")
_ADAPTER = ("adapter_model.pt", "adapter_model.safetensors", "adapter_model.bin")


def match(folder: Folder) -> Sequence[Find]:
    """Match `epoch_<n>` that holds shards by torchtune's names, or an adapter."""
    hit = _FOLDER.fullmatch(folder.name)
    if hit is None or folder.nested:
        return ()
    adapter = any(name in folder.files for name in _ADAPTER)
    if not adapter and not folder.shaped(_SHARD):
        return ()
    return (Find(NAME, Kind.CHECKPOINT, folder, step=int(hit["number"])),)
