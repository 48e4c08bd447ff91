"""What the demo's files hold: tiny, but written by the libraries that write the large ones."""

import io
import json
import random
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import save

HIDDEN = 160
LAYERS = 4
SHARDS = 2

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "vocab_size": 256,
}


def as_json(value: object) -> bytes:
    """Return indented JSON, as training libraries write it."""
    return json.dumps(value, indent=2).encode()


def sharded_model(seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a model in two safetensors shards with its index and config."""
    rng = np.random.default_rng(seed)
    weight_map: dict[str, str] = {}
    total = 0
    for shard in range(SHARDS):
        name = f"model-{shard + 1:05d}-of-{SHARDS:05d}.safetensors"
        tensors = {
            f"model.layers.{layer}.mlp.weight": rng.standard_normal((HIDDEN, HIDDEN)).astype("f2")
            for layer in range(LAYERS)
            if layer % SHARDS == shard
        }
        weight_map |= dict.fromkeys(tensors, name)
        total += sum(tensor.nbytes for tensor in tensors.values())
        yield name, save(tensors, metadata={"format": "pt"})
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    yield "model.safetensors.index.json", as_json(index)
    yield "config.json", as_json(CONFIG)


def mlflow_model(seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a model as MLflow logs it: what MLmodel names lies beside it."""
    for name, data in sharded_model(seed):
        yield f"model/{name}", data
    flavors = {"transformers": {"model_binary": "model", "framework": "pt", "code": None}}
    # JSON is YAML too.
    yield "MLmodel", as_json({"artifact_path": "model", "flavors": flavors})


def adapter(seed: int, base: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a LoRA adapter that names its base model."""
    rng = np.random.default_rng(seed)
    tensors = {
        f"base_model.model.layers.{layer}.lora_A.weight": rng.standard_normal((8, HIDDEN)).astype(
            "f4"
        )
        for layer in range(LAYERS)
    }
    config = {"peft_type": "LORA", "r": 8, "base_model_name_or_path": base}
    yield "adapter_config.json", as_json(config)
    yield "adapter_model.safetensors", save(tensors)


def trainer_side(step: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield what Trainer saves beside the weights.

    PyTorch is not needed to look at the demo, so the optimizer's bytes are random: six times the
    weights, as with Adam in mixed precision. Nothing ever loads them.
    """
    noise = random.Random(seed)  # noqa: S311 - filler
    yield "optimizer.pt", noise.randbytes(6 * 2 * LAYERS * HIDDEN * HIDDEN)
    yield "scheduler.pt", noise.randbytes(1_000)
    yield "rng_state.pth", noise.randbytes(14_000)
    history = [{"step": at, "loss": round(2.5 / (1 + at / 500), 4)} for at in range(0, step, 250)]
    state = {"global_step": step, "best_metric": None, "log_history": history}
    yield "trainer_state.json", as_json(state)


def parquet_shards(seed: int, shards: int, rows: int = 400) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a tokenised dataset split; a seed and a shard always give the same."""
    for shard in range(shards):
        noise = random.Random(seed * 1000 + shard)  # noqa: S311 - filler
        table = pa.table({"text": [noise.randbytes(60).hex() for _ in range(rows)]})
        out = io.BytesIO()
        pq.write_table(table, out)
        yield f"data/train-{shard:05d}-of-{shards:05d}.parquet", out.getvalue()
