"""Megatron: distributed checkpoints and tokens by megatron-core, the rest as Megatron-LM writes."""

import contextlib
import shutil
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from megatron.core import dist_checkpointing
from megatron.core.datasets.indexed_dataset import IndexedDatasetBuilder
from megatron.core.dist_checkpointing import ShardedObject, ShardedTensor
from megatron.core.dist_checkpointing import serialization as saving

from tests.real.case import Case
from tests.real.ranks import spawn, stored
from tests.real.tensors import tensor_bytes

LIBRARIES = ("megatron-core", "torch")
WEIGHTS = ("embedding.word_embeddings.weight", "decoder.final_layernorm.weight")
GRID = ("mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000", "mp_rank_01_001")
TRACKER = "latest_checkpointed_iteration.txt"


def write(folder: Path) -> None:
    """torch_dist checkpoints with a kill, legacy ones, token files with a missing index."""
    _core(folder)
    _legacy(folder)
    _legacy_grid(folder)
    _tokens(folder)


def sharded(rank: int, prefix: str = "") -> dict[str, object]:
    """Names as Megatron-Core's GPT and its distributed optimizer give them."""
    torch.manual_seed(rank)

    def shard(name: str) -> ShardedTensor:
        return ShardedTensor.from_rank_offsets(name, torch.rand(8, 16), (0, rank, 2))

    moments = ("exp_avg", "exp_avg_sq", "fp32_param")
    return {
        "model": {name: shard(prefix + name) for name in WEIGHTS},
        "optimizer": {
            f"{moment}.{name}": shard(f"optimizer.state.{moment}.{prefix}{name}")
            for moment in moments
            for name in WEIGHTS
        },
        "rng_state": ShardedObject("rng_state", [torch.get_rng_state()[:64]], (2,), (rank,)),
        "iteration": 100,
        "checkpoint_version": 3.0,
    }


def without_cuda() -> None:
    """Megatron-Core asks CUDA where to put one flag and to wait for copies: here is none."""
    torch.cuda.synchronize = lambda *_: None
    torch.cuda.current_device = lambda: "cpu"


def _saves(rank: int, run: Path) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    without_cuda()
    for iteration in (100, 200):
        path = run / f"iter_{iteration:07d}"
        if rank == 0:
            path.mkdir(parents=True)
        dist.barrier()
        dist_checkpointing.save(sharded(rank), str(path))
    path = run / "iter_0000300"
    if rank == 0:
        path.mkdir()
    dist.barrier()
    # `metadata.json` comes last, and only then the tracker moves.
    saving.save_config = killed
    with contextlib.suppress(BaseException):
        dist_checkpointing.save(sharded(rank), str(path))


def _core(folder: Path) -> None:
    source = "dist_checkpointing.save (torch_dist) on two ranks; the third save is killed"
    case = Case(folder, "megatron-core", source, LIBRARIES)
    run = "pretrain/megatron/"
    spawn(_saves, case.tree / run)
    case.put(f"{run}{TRACKER}", "200")
    for iteration in (100, 200, 300):
        root = f"{run}iter_{iteration:07d}/"
        path, whole = case.tree / root, iteration < 300
        case.artifact(
            root,
            "checkpoint",
            "megatron-core",
            parts=["torch-dcp"],
            step=iteration,
            mixed=(
                stored(path, lambda name: name in WEIGHTS),
                stored(path, lambda name: name.startswith("optimizer.")),
            ),
            complete=whole,
            missing=() if whole else ["metadata.json"],
            named=["metadata.json", "common.pt", ".metadata", "__?_?.distcp"] if whole else (),
        )
    case.run(run)
    case.close()


LEGACY = (
    "Megatron-LM megatron/training/checkpointing.py (get_checkpoint_name, "
    "get_distributed_optimizer_checkpoint_name, get_checkpoint_tracker_filename) with torch.save, "
    "because Megatron-LM's training code is not a package and needs CUDA"
)


def _rank_state(ranks: tuple[int, int], *, optimizer: bool) -> dict[str, object]:
    weights = {name: torch.rand(8, 16) for name in WEIGHTS}
    state: dict[str, object] = {
        "args": Namespace(
            tensor_model_parallel_size=ranks[0], pipeline_model_parallel_size=ranks[1]
        ),
        "checkpoint_version": 3.0,
        "iteration": 100,
        "model": weights,
    }
    if optimizer:
        moments = {
            number: {"exp_avg": torch.rand(8, 16), "exp_avg_sq": torch.rand(8, 16)}
            for number in range(len(WEIGHTS))
        }
        state["optimizer"] = {"optimizer": {"state": moments}}
    return state | {"rng_state": [{"torch_rng_state": torch.zeros(64)}]}


def _save(case: Case, key: str, content: object) -> None:
    path = case.tree / key
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)


def _legacy(folder: Path) -> None:
    """Two tensor ranks: weights and optimizer share a file, a rank has one."""
    case = Case(folder, "megatron-legacy", "--ckpt-format torch, TP 2", by_hand=LEGACY)
    run = "pretrain/legacy/"
    for iteration in (1000, 2000):
        weights = moments = 0
        root = f"{run}iter_{iteration:07d}/"
        for rank in (0, 1):
            state = _rank_state((2, 1), optimizer=True)
            _save(case, f"{root}mp_rank_{rank:02d}/model_optim_rng.pt", state)
            weights += tensor_bytes(state["model"])
            moments += tensor_bytes(state["optimizer"])
        case.artifact(
            root,
            "checkpoint",
            "megatron-legacy",
            step=iteration,
            mixed=(weights, moments),
            named=["mp_rank_00/*"],
            # Only `args` inside rank 0's file says that there were two ranks.
            needed=["mp_rank_01/*"],
        )
    case.put(f"{run}{TRACKER}", "2000")
    case.run(run)
    case.close()


def _legacy_grid(folder: Path) -> None:
    """Tensor and pipeline ranks, optimizer apart; the third save was cut short; a release."""
    source = "--ckpt-format torch --use-distributed-optimizer, TP 2, PP 2; tools/checkpoint release"
    case = Case(folder, "megatron-legacy-grid", source, by_hand=LEGACY)
    run = "pretrain/grid/"
    files = ("model_optim_rng.pt", "distrib_optim.pt")
    for iteration, ranks in ((1000, GRID), (2000, GRID), (3000, (GRID[0], GRID[3]))):
        root = f"{run}iter_{iteration:07d}/"
        for rank in ranks:
            _save(case, f"{root}{rank}/{files[0]}", _rank_state((2, 2), optimizer=False))
            _save(case, f"{root}{rank}/{files[1]}", {"exp_avg": torch.rand(8, 16)})
        gone = [f"{rank}/{file}" for rank in GRID if rank not in ranks for file in files]
        case.artifact(
            root,
            "checkpoint",
            "megatron-legacy",
            step=iteration,
            weights=[f"*/{files[0]}"],
            optimizer=[f"*/{files[1]}"],
            complete=not gone,
            missing=gone,
            named=() if gone else [f"*/{file}" for file in files],
        )
    case.put(f"{run}{TRACKER}", "2000")
    case.run(run)
    root = "converted/llama/"
    _save(case, f"{root}release/mp_rank_00/{files[0]}", _rank_state((1, 1), optimizer=False))
    case.put(f"{root}{TRACKER}", "release")
    case.artifact(f"{root}release/", "checkpoint", "megatron-legacy", weights=["mp_rank_00/*"])
    case.run(root)
    case.close()


def _tokens(folder: Path) -> None:
    case = Case(folder, "megatron-tokens", "IndexedDatasetBuilder", LIBRARIES)
    for name in ("corpus_text_document", "other_text_document"):
        path = case.tree / "tokens" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        builder = IndexedDatasetBuilder(f"{path}.bin", dtype=np.uint16)
        for number in range(8):
            builder.add_document(torch.arange(number, number + 16), [16])
        builder.finalize(f"{path}.idx")
        case.artifact(f"tokens/{name}", "dataset", "megatron-tokens", named=[".bin", ".idx"])
    path = case.tree / "upload/corpus_text_document"
    path.parent.mkdir()
    shutil.copy(case.tree / "tokens/corpus_text_document.bin", f"{path}.bin")
    case.artifact(
        "upload/corpus_text_document",
        "dataset",
        "megatron-tokens",
        complete=False,
        missing=[".idx"],
    )
    case.close()
