"""MosaicML Composer: a file a save, or a torch DCP folder where FSDP shards."""

from pathlib import Path

import torch
import torch.distributed.checkpoint as dcp

from tests.real.case import Case
from tests.real.ranks import spawn, stored
from tests.real.tensors import tensor_bytes
from tests.real.torch_dcp import state

SOURCE = (
    "mosaicml==0.32.1 composer/callbacks/checkpoint_saver.py (filename, latest-rank<n>.pt and "
    "its .symlink object) and composer/utils/checkpoint.py, with torch.save and torch DCP, "
    "because composer imports torchvision, which has no wheel for CPU torch here"
)


def write(folder: Path) -> None:
    """As in an object store: `latest` is an object that holds a key, not a link."""
    case = Case(folder, "composer", "CheckpointSaver, unsharded and FSDP-sharded", by_hand=SOURCE)
    run = "gpt-125m/checkpoints/"
    torch.manual_seed(0)
    for batch in (10, 20):
        key = f"{run}ep0-ba{batch}-rank0.pt"
        weights = {"layer.weight": torch.rand(16, 16)}
        moments = {"layer.weight": {"exp_avg": torch.rand(16, 16), "step": torch.tensor(1.0)}}
        path = case.tree / key
        path.parent.mkdir(parents=True, exist_ok=True)
        inner = {"model": weights, "optimizers": {"AdamW": {"state": moments}}, "timestamp": {}}
        torch.save({"state": inner, "rng": [{"torch": torch.zeros(64)}]}, path)
        case.artifact(
            key,
            "checkpoint",
            "composer",
            step=batch,
            mixed=(tensor_bytes(weights), tensor_bytes(moments)),
        )
    case.put(f"{run}latest-rank0.pt.symlink", f"{run}ep0-ba20-rank0.pt")
    case.run("gpt-125m/")
    run = "gpt-7b/checkpoints/"
    root = f"{run}ep0-ba30/"
    spawn(_sharded, case.tree / root)
    path = case.tree / root
    case.artifact(
        root,
        "checkpoint",
        "composer",
        parts=["torch-dcp"],
        step=30,
        mixed=(
            stored(path, lambda name: name.startswith("state.model.")),
            stored(path, lambda name: name.startswith("state.optimizers.")),
        ),
        named=[".metadata", "__?_0.distcp"],
    )
    case.put(f"{run}latest-rank0.pt.symlink", root.removesuffix("/"))
    case.run("gpt-7b/")
    case.close()


def _sharded(_rank: int, path: Path) -> None:
    both = state()
    inner = {"model": both["model"], "optimizers": {"AdamW": both["optimizer"]}}
    dcp.save({"state": inner, "rng": {"torch": torch.zeros(64)}}, checkpoint_id=path)
