"""Hugging Face model folders, written by transformers."""

import json
from pathlib import Path

import torch
from safetensors import safe_open

from tests.real.case import Case
from tests.real.models import llama, tokenizer

LIBRARIES = ("transformers", "safetensors", "torch")


def write(folder: Path) -> None:
    """Single-file, sharded and legacy `.bin` models, and a save cut short."""
    _single(folder)
    _sharded(folder)
    _legacy(folder)
    _cut_short(folder)


def _single(folder: Path) -> None:
    case = Case(folder, "hf-model-single", "PreTrainedModel.save_pretrained", LIBRARIES)
    root = "models/tiny-llama/"
    llama().save_pretrained(case.tree / root)
    tokenizer().save_pretrained(case.tree / root)
    case.artifact(root, "model", "hf-model", weights=["model.safetensors"])
    case.close()


def _sharded(folder: Path) -> None:
    """At the very root of the bucket, as after `hf download --local-dir` into an empty one."""
    source = "PreTrainedModel.save_pretrained(max_shard_size='9KB')"
    case = Case(folder, "hf-model-sharded", source, LIBRARIES)
    llama().save_pretrained(case.tree, max_shard_size="9KB")
    tokenizer().save_pretrained(case.tree)
    index = json.loads((case.tree / "model.safetensors.index.json").read_text())
    shards = sorted(set(index["weight_map"].values()))
    assert len(shards) >= 3
    for shard in shards:
        with safe_open(case.tree / shard, "pt") as tensors:
            assert {index["weight_map"][name] for name in tensors.keys()} == {shard}  # noqa: SIM118
    case.artifact(
        "",
        "model",
        "hf-model",
        weights=shards,
        named=[*shards, "model.safetensors.index.json"],
    )
    case.close()


def _legacy(folder: Path) -> None:
    """transformers 5 no longer writes `.bin`; the files are torch.save's as they were in 4.x."""
    case = Case(
        folder,
        "hf-model-bin",
        "PreTrainedModel.save_pretrained(safe_serialization=False), transformers < 5",
        by_hand="transformers v4.57 modeling_utils.py (WEIGHTS_NAME, WEIGHTS_INDEX_NAME) with "
        "torch.save, because transformers 5 writes safetensors only",
    )
    model = llama()
    single, sharded = "legacy/single/", "legacy/sharded/"
    for root in (single, sharded):
        model.config.save_pretrained(case.tree / root)
    state = model.state_dict()
    torch.save(state, case.tree / single / "pytorch_model.bin")
    half = len(state) // 2
    names = list(state)
    weight_map: dict[str, str] = {}
    for number, part in enumerate((names[:half], names[half:]), start=1):
        file = f"pytorch_model-{number:05d}-of-00002.bin"
        torch.save({name: state[name] for name in part}, case.tree / sharded / file)
        weight_map |= dict.fromkeys(part, file)
    total = sum(tensor.nbytes for tensor in state.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    case.put(f"{sharded}pytorch_model.bin.index.json", json.dumps(index, indent=2))
    case.artifact(single, "model", "hf-model", weights=["*.bin"])
    case.artifact(
        sharded, "model", "hf-model", weights=["*.bin"], named=["*.bin", "*.bin.index.json"]
    )
    case.close()


def _cut_short(folder: Path) -> None:
    """Two shards arrived, the third and the index did not: `-of-N` alone names what is missing."""
    source = "PreTrainedModel.save_pretrained(max_shard_size='9KB'), upload killed after 2 shards"
    case = Case(folder, "hf-model-interrupted", source, LIBRARIES)
    root = "upload/tiny-llama/"
    llama().save_pretrained(case.tree / root, max_shard_size="9KB")
    shards = sorted((case.tree / root).glob("model-*.safetensors"))
    late = [*shards[2:], case.tree / root / "model.safetensors.index.json"]
    for path in late:
        path.unlink()
    case.artifact(
        root,
        "model",
        "hf-model",
        weights=["model-*.safetensors"],
        complete=False,
        missing=[path.name for path in late],
        named=["model-*.safetensors"],
    )
    case.close()
