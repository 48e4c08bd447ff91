"""Run-level files: what belongs to a training run and outlives every one of its saves."""

import re

from governance.artifact import Kind
from governance.recognise.folder import Folder

NAME = "run"

TRACKERS = (
    r"latest|latest_universal|latest_checkpointed_iteration\.txt|latest\.txt"
    r"|latest-rank\d+(?:\.pt)?(?:\.symlink)?|latest_checkpoint\.txt|latest_step\.txt"
    r"|latest_train_state\.pt|progress\.txt|zero_to_(?:fp32|torch)\.py"
)
"""Files that point at a save: their presence alone makes a folder a run."""

FILES = (
    rf"(?:{TRACKERS}|events\.out\.tfevents\..*|.*\.log|.*\.out|.*\.err|hparams\.yaml|metrics\.csv"
    r"|checkpoint|all_results\.json|train_results\.json|eval_results\.json|trainer_state\.json"
    r"|training_args\.bin|args\.json|train_config\.(?:json|ya?ml)|run_config\.(?:json|ya?ml)"
    r"|.*-unfinished|nemo_(?:error_)?log.*\.txt|lightning_logs\.txt"
    r"|metrics\.jsonl|log\.jsonl|wandb-summary\.json|wandb-metadata\.json|run\.(?:sh|sbatch)"
    r"|.*\.sbatch|requirements\.txt|config\.ya?ml|README\.md)"
)
"""Names that are run-level where they lie beside saves."""

FOLDERS = frozenset(
    {"runs", "logs", "log", "tensorboard", "tb_logs", "wandb", ".hydra", "slurm_logs", "debug_logs"}
    # torchtune: what resuming needs, overwritten with every epoch.
    | {"recipe_state"}
)
"""Sub-folders that are run-level where they lie beside saves and hold no artifact."""

CONTAINERS = frozenset({"checkpoints", "checkpoint", "ckpt", "ckpts"})
"""Folders that hold a run's saves, so that the run is the folder around them."""

_TRACKERS = re.compile(TRACKERS)
_FILES = re.compile(FILES)


def run_of(container: Folder) -> Folder:
    """Return the run folder of a save that lies in this folder."""
    if container.name in CONTAINERS and container.parent is not None:
        return container.parent
    return container


def run_folders(folders: list[Folder]) -> set[str]:
    """Return the paths of all folders that are runs or hold a run's saves."""
    runs = set()
    for folder in folders:
        for find in folder.finds:
            if find.kind is Kind.RUN:
                runs.add(find.place)
            if find.kind is not Kind.CHECKPOINT:
                continue
            container = folder.parent if find.whole and folder.parent else folder
            if not find.whole or folder.parent:
                runs |= {container.path, run_of(container).path}
        if any(_TRACKERS.fullmatch(name) for name in folder.files):
            runs |= {folder.path, run_of(folder).path}
    return runs


def is_run_file(name: str) -> bool:
    """Is this a run-level file, given that it lies in a run folder and nothing else claims it?"""
    return _FILES.fullmatch(name) is not None
