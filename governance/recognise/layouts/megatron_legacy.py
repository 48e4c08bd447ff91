"""Megatron-LM's older format: `iter_<n>/mp_rank_<tp>[_<pp>][_<ep>]/model_optim_rng.pt`.

Source: Megatron-LM `megatron/training/checkpointing.py` (`get_checkpoint_name`,
`get_distributed_optimizer_checkpoint_name`; the tracker `latest_checkpointed_iteration.txt` is
written when every rank has saved).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement
from governance.recognise.folder import Folder
from governance.recognise.reading import Read
from governance.recognise.sets import gaps_from_zero
from governance.recognise.steps import step_of

NAME = "megatron-legacy"
FILES = r"model_optim_rng\.pt|distrib_optim\.pt|model_rng\.pt|optim\.pt"
ROLES = (
    (r"(^|/)mp_rank_[^/]*/(distrib_)?optim\.pt$", Role.OPTIMIZER),
    (r"(^|/)mp_rank_[^/]*/model_rng\.pt$", Role.WEIGHTS),
    (r"(^|/)mp_rank_[^/]*/model_optim_rng\.pt$", Role.MIXED),
)
TRACKER = "latest_checkpointed_iteration.txt"

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
    missing = [f"{rank}/{name}" for rank in absent for name in files or {"model_optim_rng.pt"}]
    missing += [
        f"{rank}/{name}" for rank, sub in ranks.items() for name in files if not sub.files.get(name)
    ]
    step = step_of(folder.name)
    tracker = _Tracker(folder, step)
    apart = "distrib_optim.pt" in files
    return (
        Find(
            NAME,
            Kind.CHECKPOINT,
            folder,
            step=step,
            missing=tuple(sorted(folder.path + name for name in missing)),
            reads=tracker.reads,
            judge=tracker.judge,
            # With the distributed optimizer the other file holds the model alone.
            roles=((r"(^|/)model_optim_rng\.pt$", Role.WEIGHTS),) if apart else (),
        ),
    )


@dataclass(frozen=True)
class _Tracker:
    folder: Folder
    step: int | None

    @property
    def key(self) -> str | None:
        run = self.folder.parent
        return None if run is None or TRACKER not in run.files else run.path + TRACKER

    @property
    def reads(self) -> tuple[Read, ...]:
        return () if self.key is None else (Read(self.key, 0, 32),)

    def judge(self, contents: Contents) -> Judgement:
        """The tracker names the last iteration that every rank has saved."""
        if self.key is None:
            return Judgement(unsure=f"no {TRACKER} beside it says that every rank had saved")
        text = bytes_of(contents, self.key).decode("ascii", "replace").strip()
        last = int(text) if text.isascii() and text.isdigit() else None
        if self.step is None or (last is not None and last >= self.step):
            return Judgement()
        return Judgement(unsure=f"{self.key} names {text!r}: this save came after it or was cut")
