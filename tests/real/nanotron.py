"""Nanotron checkpoints: one safetensors file a parameter and rank."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.real.case import Case

SOURCE = (
    "nanotron==0.4 serialize/{main,weights,optimizer,random,metadata,utils}.py and trainer.py "
    "(save_checkpoint), with safetensors and torch, because nanotron asserts NCCL"
)
SHARDED = (
    "model/token_position_embeddings/pp_block/token_embedding/model_weight",
    "model/decoder/0/pp_block/attn/qkv_proj/model_weight",
)
PLAIN = ("model/final_layer_norm/pp_block/model_weight",)


def write(folder: Path) -> None:
    """Two tensor ranks with ZeRO 1 over two data ranks; the second save was killed."""
    case = Case(
        folder, "nanotron", "DistributedTrainer.save_checkpoint, TP 2, DP 2", by_hand=SOURCE
    )
    run = "checkpoints/smol/"
    for step in (500, 1000):
        _save(case, f"{run}{step}/", whole=step == 500)
    case.put(f"{run}latest.txt", "500")
    sets = [
        "model/*-of-2.safetensors",
        "optimizer/optimizer_*.pt",
        "random/*.pt",
        "checkpoint_metadata.json",
    ]
    case.artifact(
        f"{run}500/",
        "checkpoint",
        "nanotron",
        step=500,
        weights=["model/*.safetensors"],
        optimizer=["optimizer/optimizer_*.pt"],
        named=sets,
    )
    case.artifact(
        f"{run}1000/",
        "checkpoint",
        "nanotron",
        step=1000,
        weights=["model/*.safetensors"],
        complete=False,
        missing=["checkpoint_metadata.json", "model_config.json"],
    )
    case.run(run)
    case.close()


def _put(case: Case, key: str, content: object) -> None:
    path = case.tree / key
    path.parent.mkdir(parents=True, exist_ok=True)
    if key.endswith(".safetensors"):
        save_file({"data": content}, path)
    else:
        torch.save(content, path)


def _save(case: Case, root: str, *, whole: bool) -> None:
    """In the order of `save`: config, weights, optimizer, scheduler, metadata; then random."""
    torch.manual_seed(0)
    case.put(f"{root}config.yaml", "general:\n  run: smol\n")
    for name in SHARDED:
        for tensor in (0, 1):
            rank = f"pp-rank-0-of-1_tp-rank-{tensor}-of-2"
            _put(case, f"{root}model/{name}_{rank}.safetensors", torch.rand(8, 16))
    for name in PLAIN:
        _put(case, f"{root}model/{name}.safetensors", torch.rand(16))
    if not whole:
        return
    parallel = {"tp_size": "2", "dp_size": "2", "pp_size": "1", "expert_parallel_size": "1"}
    kind = {"type": "ZeroDistributedOptimizer", "parallelism": parallel}
    case.put(f"{root}optimizer/optimizer_config.json", json.dumps(kind))
    for data in (0, 1):
        for tensor in (0, 1):
            rank = f"pp-0-of-1_dp-{data}-of-2_tp-{tensor}-of-2_exp-0-of-1"
            _put(case, f"{root}optimizer/optimizer_{rank}.pt", {"exp_avg": torch.rand(64)})
            rank = f"tp-{tensor}-of-2_dp-{data}-of-2_pp-0-of-1"
            _put(case, f"{root}random/{rank}.pt", {"torch_random_state": torch.zeros(8)})
    _put(case, f"{root}lr_scheduler/lr_scheduler.pt", {"last_epoch": 500})
    facts = {"version": "1.4", "tp": 2, "dp": 2, "metas": {"last_train_step": 500}}
    case.put(f"{root}checkpoint_metadata.json", json.dumps(facts, indent=2))
    case.put(f"{root}model_config.json", json.dumps({"hidden_size": 16, "vocab_size": 32}))
