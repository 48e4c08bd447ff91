"""Weights as Meta and Mistral release them, and TensorRT-LLM engines built from such."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.real.case import Case

META = (
    "meta-llama/llama llama/generation.py (params.json, consolidated.<n>.pth) and download.sh "
    "(checklist.chk), with torch.save, because the weights cannot be fetched"
)
MISTRAL = (
    "mistralai/mistral-inference src/mistral_inference/transformer.py (params.json, "
    "consolidated.safetensors), with safetensors, because the weights cannot be fetched"
)
TENSORRT = (
    "NVIDIA/TensorRT-LLM tensorrt_llm/builder.py (Engine.save: config.json, rank<n>.engine) and "
    "models/modeling_utils.py (save_checkpoint: config.json, rank<n>.safetensors), because it "
    "needs CUDA"
)


def write(folder: Path) -> None:
    """Two Llama parts with their checklist, one Mistral, engines and a TensorRT checkpoint."""
    torch.manual_seed(0)
    _meta(folder)
    _mistral(folder)
    _tensorrt(folder)


def _meta(folder: Path) -> None:
    case = Case(folder, "meta", "download.sh of Llama 2 13B", by_hand=META)
    root = "llama-2-13b/"
    case.put(f"{root}params.json", json.dumps({"dim": 16, "n_layers": 2, "n_heads": 2}))
    for part in (0, 1):
        path = case.tree / root / f"consolidated.{part:02d}.pth"
        torch.save({"tok_embeddings.weight": torch.rand(16, 16)}, path)
    lines = [
        f"{hashlib.md5((case.tree / key).read_bytes()).hexdigest()}  {key.removeprefix(root)}\n"
        for key in case.listing()
    ]
    case.put(f"{root}checklist.chk", "".join(lines))
    case.put(f"{root}tokenizer.model", b"tokenizer")
    case.artifact(
        root,
        "model",
        "meta",
        weights=["consolidated.*.pth"],
        named=["params.json", "consolidated.*.pth"],
    )
    case.close()


def _mistral(folder: Path) -> None:
    case = Case(folder, "mistral", "mistral_models of mistral-inference", by_hand=MISTRAL)
    root = "mistral_models/7B-v0.3/"
    case.put(f"{root}params.json", json.dumps({"dim": 16, "n_layers": 2, "vocab_size": 32}))
    path = case.tree / root / "consolidated.safetensors"
    save_file({"tok_embeddings.weight": torch.rand(32, 16)}, path)
    case.put(f"{root}tokenizer.model.v3", b"tokenizer")
    case.artifact(
        root, "model", "mistral", weights=["consolidated.safetensors"], named=["params.json"]
    )
    case.close()


def _tensorrt(folder: Path) -> None:
    """`config.json` says how many ranks there are."""
    case = Case(folder, "tensorrt-llm", "trtllm-build; convert_checkpoint.py", by_hand=TENSORRT)
    mapping = {"world_size": 2, "tp_size": 2, "pp_size": 1}
    engine, checkpoint = "engines/llama-tp2/", "trt-ckpt/llama-tp2/"
    config = {"architecture": "LlamaForCausalLM", "dtype": "float16", "mapping": mapping}
    built = {"version": "1.2.1", "pretrained_config": config, "build_config": {"max_batch_size": 8}}
    case.put(f"{engine}config.json", json.dumps(built))
    case.put(f"{checkpoint}config.json", json.dumps(config))
    for rank in (0, 1):
        case.put(f"{engine}rank{rank}.engine", b"ptrt" + bytes([rank]) * 2044)
        path = case.tree / checkpoint / f"rank{rank}.safetensors"
        save_file({"transformer.vocab_embedding.weight": torch.rand(16, 16)}, path)
    for root, files in ((engine, "rank?.engine"), (checkpoint, "rank?.safetensors")):
        case.artifact(root, "model", "tensorrt-llm", weights=[files], named=[files])
    case.close()
