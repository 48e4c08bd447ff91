"""Megatron-LM's older format: `iter_<n>/mp_rank_<tp>[_<pp>][_<ep>]/model_optim_rng.pt`.

Source: Megatron-LM `megatron/training/checkpointing.py` (`get_checkpoint_name`,
`get_distributed_optimizer_checkpoint_name`; the tracker `latest_checkpointed_iteration.txt` is
written when every rank has saved).
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.megatron_look import MODEL, MegatronLook
from governance.recognise.sets import gaps_from_zero
from governance.recognise.steps import step_of

NAME = "megatron-legacy"
FILES = r"model_optim_rng\.pt|distrib_optim\.pt|model_rng\.pt|optim\.pt"
ROLES = (
    (r"(^|/)mp_rank_[^/]*/(distrib_)?optim\.pt$", Role.OPTIMIZER),
    (r"(^|/)mp_rank_[^/]*/model_rng\.pt$", Role.WEIGHTS),
    (r"(^|/)mp_rank_[^/]*/model_optim_rng\.pt$", Role.MIXED),
)

_FOLDER = re.compile(r"iter_[0-9]{7,}|release")
_RANKS = (
    r"mp_rank_(\d{2})",
    r"mp_rank_(\d{2})_(\d{3})",
    r"mp_rank_(\d{2})_(\d{3})_(\d{3})",
)
_RANK = re.compile("|".join(_RANKS))
_FILES = re.compile(FILES)


def match(folder: Folder) -> Sequence[Find]:
    """Match `iter_<n>` or `release` with folders of ranks."""
    if _FOLDER.fullmatch(folder.name) is None:
        return ()
    ranks = {name: sub for name, sub in folder.folders.items() if _RANK.fullmatch(name)}
    if not ranks:
        return ()
    absent = [gap for pattern in _RANKS for gap in gaps_from_zero(ranks, pattern)]
    # Every rank writes the same files.
    files = {name for sub in ranks.values() for name in sub.files if _FILES.fullmatch(name)}
    missing = [f"{rank}/{name}" for rank in absent for name in files or {MODEL}]
    missing += [
        f"{rank}/{name}" for rank, sub in ranks.items() for name in files if not sub.files.get(name)
    ]
    apart = "distrib_optim.pt" in files
    look = MegatronLook.of(folder, ranks, sorted(files), mixed=not apart)
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=step_of(folder.name),
            missing=tuple(sorted(folder.path + name for name in missing)),
            reads=look.reads,
            judge=look.judge,
            # With the distributed optimizer the other file holds the model alone.
            roles=((r"(^|/)model_optim_rng\.pt$", Role.WEIGHTS),) if apart else (),
        ),
    )
