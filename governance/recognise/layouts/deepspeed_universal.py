"""DeepSpeed universal checkpoint: `zero/<parameter>/{fp32,exp_avg,exp_avg_sq}.pt`.

Source: deepspeed `checkpoint/ds_to_universal.py` (`main` copies the model states at the end and
then writes `latest_universal` beside the folder).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.steps import step_of

NAME = "deepspeed-universal"
FILES = r"(?:fp32|exp_avg|exp_avg_sq|step)\.pt|optimizer_state\.pt"
ROLES = (
    (r"(^|/)zero/.*/fp#\.pt$", Role.WEIGHTS),
    (r"(^|/)zero/.*\.pt$", Role.OPTIMIZER),
    (r"(^|/)[^/]*model_states\.pt$", Role.WEIGHTS),
)

_MODELS = re.compile(r"(?:.*_)?mp_rank_#_model_states\.pt|layer_#-.*model_states\.pt")
_MOMENTS = ("exp_avg.pt", "exp_avg_sq.pt")


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with `zero/` in it that holds a folder for each parameter."""
    zero = folder.folders.get("zero")
    if zero is None:
        return ()
    parameters = [sub for sub in zero.folders.values() if "pt" in sub.ends]
    if not any("fp32.pt" in sub.files for sub in parameters):
        return ()
    moments = {name for sub in parameters for name in _MOMENTS if name in sub.files}
    missing = []
    for sub in parameters:
        # A frozen parameter has weights only; one with a moment has every moment.
        wanted = moments if moments.intersection(sub.files) else set[str]()
        missing += [sub.path + name for name in {"fp32.pt", *wanted} if not sub.files.get(name)]
    if not folder.shaped(_MODELS):
        missing.append(folder.path + "mp_rank_00_model_states.pt")
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=step_of(folder.name),
            missing=tuple(sorted(missing)),
        ),
    )
