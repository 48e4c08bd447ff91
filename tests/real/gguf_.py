"""GGUF models, written by the gguf package of llama.cpp."""

from pathlib import Path

import gguf
import numpy as np

from tests.real.case import Case

LIBRARIES = ("gguf",)


def write(folder: Path) -> None:
    """Single files beside each other, a split model, an upload cut short."""
    case = Case(
        folder,
        "gguf",
        "GGUFWriter, alone and with split_max_tensors=2; one download cut short",
        LIBRARIES,
    )
    for name in ("tiny-f32.gguf", "tiny-f16.gguf"):
        kind = np.float32 if "f32" in name else np.float16
        _model(case.tree / "gguf" / name, kind)
        case.artifact(f"gguf/{name}", "model", "gguf", weights=[""])
    _model(case.tree / "gguf/split/big.gguf", np.float32, split_max_tensors=2)
    case.artifact(
        "gguf/split/big-", "model", "gguf", weights=["*.gguf"], named=["0000?-of-00003.gguf"]
    )
    whole = (case.tree / "gguf/tiny-f32.gguf").read_bytes()
    case.put("download/tiny-f32.gguf", whole[: len(whole) // 2])
    case.artifact(
        "download/tiny-f32.gguf",
        "model",
        "gguf",
        weights=[""],
        complete=False,
        missing=[""],
    )
    case.close()


def _model(path: Path, kind: type, **split: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, "llama", **split)
    writer.add_block_count(2)
    writer.add_context_length(32)
    writer.add_embedding_length(16)
    random = np.random.default_rng(0)
    for name in ("token_embd", "blk.0.attn_q", "blk.0.attn_k", "blk.1.attn_q", "output"):
        writer.add_tensor(f"{name}.weight", random.normal(size=(16, 16)).astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
