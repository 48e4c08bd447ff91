"""torchtune and LitGPT: full and LoRA saves, by their own savers."""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import torch
from lightning import Fabric
from litgpt import GPT, Config, lora
from litgpt.finetune.lora import save_lora_checkpoint
from litgpt.pretrain import save_checkpoint
from litgpt.utils import save_config
from torchtune.training import FullModelHFCheckpointer

from tests.real.case import Case
from tests.real.models import llama, tokenizer
from tests.real.tensors import tensor_bytes

TORCHTUNE = ("torchtune", "safetensors", "torch")
LITGPT = ("litgpt", "torch")


def write(folder: Path) -> None:
    """Two torchtune epochs with the state to resume from, a LoRA; LitGPT steps and a final."""
    _full(folder)
    _lora(folder)
    _litgpt(folder)


def _checkpointer(base: Path, out: Path) -> FullModelHFCheckpointer:
    llama().save_pretrained(base)
    tokenizer().save_pretrained(base)
    out.mkdir(parents=True)
    return FullModelHFCheckpointer(
        checkpoint_dir=str(base),
        checkpoint_files=["model.safetensors"],
        model_type="LLAMA3",
        output_dir=str(out),
    )


def _full(folder: Path) -> None:
    source = "FullModelHFCheckpointer.save_checkpoint(epoch, intermediate_checkpoint)"
    case = Case(folder, "torchtune", source, TORCHTUNE)
    run = "runs/tune-full/"
    with tempfile.TemporaryDirectory() as base:
        checkpointer = _checkpointer(Path(base), case.tree / run)
        weights = checkpointer.load_checkpoint()["model"]
        moments = {name: {"exp_avg": torch.zeros_like(weights[name])} for name in weights}
        for epoch in (0, 1):
            state = {"model": dict(weights), "optimizer": moments, "seed": 0, "epochs_run": epoch}
            checkpointer.save_checkpoint(state, epoch=epoch, intermediate_checkpoint=epoch == 0)
    for epoch in (0, 1):
        case.artifact(
            f"{run}epoch_{epoch}/",
            "checkpoint",
            "torchtune",
            parts=["hf-model"],
            step=epoch,
            weights=["model-*.safetensors"],
            named=["model-*.safetensors", "model.safetensors.index.json"],
        )
    case.run(run)  # each epoch overwrites `recipe_state/`
    case.close()


def _lora(folder: Path) -> None:
    source = "FullModelHFCheckpointer.save_checkpoint(adapter_only=True)"
    case = Case(folder, "torchtune-lora", source, TORCHTUNE)
    run = "runs/tune-lora/"
    with tempfile.TemporaryDirectory() as base:
        checkpointer = _checkpointer(Path(base), case.tree / run)
        model = checkpointer.load_checkpoint()["model"]
        Path(base, "original_repo_id.json").write_text(json.dumps({"repo_id": "org/tiny"}))
        adapter = {
            f"layers.{layer}.attn.q_proj.lora_{side}.weight": torch.rand(shape)
            for layer in (0, 1)
            for side, shape in (("a", (2, 16)), ("b", (16, 2)))
        }
        config = {"r": 2, "lora_alpha": 4, "target_modules": ["q_proj"], "peft_type": "LORA"}
        checkpointer.save_checkpoint(
            {"model": model, "adapter": adapter, "adapter_config": config},
            epoch=0,
            intermediate_checkpoint=False,
            adapter_only=True,
        )
    case.artifact(
        f"{run}epoch_0/",
        "checkpoint",
        "torchtune",
        parts=["peft"],
        step=0,
        weights=["adapter_model.*"],
        named=["adapter_config.json"],
    )
    case.close()


def _litgpt(folder: Path) -> None:
    """`litgpt pretrain` saves the optimizer with the weights, `finetune_lora` drops both."""
    case = Case(folder, "litgpt", "pretrain.save_checkpoint, lora.save_lora_checkpoint", LITGPT)
    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.seed_everything(0)
    config = Config(name="tiny", block_size=8, padded_vocab_size=32, n_layer=1, n_head=2, n_embd=8)
    model = GPT(config)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 4, dtype=torch.long)).sum().backward()
    optimizer.step()
    state = {"model": model, "optimizer": optimizer, "iter_num": 10, "step_count": 10}
    # It writes down the command line that it was called with.
    sys.argv = ["litgpt", "tiny"]
    run = "out/pretrain/tiny/"
    with tempfile.TemporaryDirectory() as base:
        tokenizer().save_pretrained(base)
        for save in ("step-00000010", "final"):
            path = case.tree / run / save / "lit_model.pth"
            save_checkpoint(fabric, state, Path(base), path)
            inner = torch.load(path, weights_only=False)
            case.artifact(
                f"{run}{save}/",
                "checkpoint",
                "litgpt",
                step=10 if save.startswith("step") else None,
                mixed=(tensor_bytes(inner["model"]), tensor_bytes(inner["optimizer"])),
                named=["model_config.yaml"],
            )
    root = "out/lora/tiny/step-000020/"
    path = case.tree / root / "lit_model.pth.lora"
    path.parent.mkdir(parents=True)
    settings = {"lora_r": 2, "lora_query": True, "lora_value": True}
    save_lora_checkpoint(fabric, lora.GPT(lora.Config(**asdict(config), **settings)), path)
    save_config(config, path.parent)
    case.artifact(
        root,
        "checkpoint",
        "litgpt",
        step=20,
        weights=["lit_model.pth.lora"],
        named=["model_config.yaml"],
    )
    case.close()
