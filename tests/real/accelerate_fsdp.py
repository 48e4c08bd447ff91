"""Accelerate: `save_state` of one process, and of FSDP2 on two ranks, alone and under Trainer."""

from pathlib import Path

import torch
from accelerate import Accelerator, FullyShardedDataParallelPlugin, PartialState
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedType, ProjectConfiguration
from torch.utils.data import DataLoader
from transformers import Trainer, TrainingArguments, set_seed

from tests.real.case import Case
from tests.real.models import examples, llama
from tests.real.place import inside
from tests.real.ranks import spawn

LIBRARIES = ("accelerate", "torch")
NAMED = [
    f"{folder}/{file}"
    for folder in ("pytorch_model_fsdp_0", "optimizer_0")
    for file in (".metadata", "__0_0.distcp", "__1_0.distcp")
]


def write(folder: Path) -> None:
    """One process with automatic names; FSDP2 sharded; Trainer over FSDP2."""
    _plain(folder)
    _fsdp(folder)
    _trainer(folder)


def _state(accelerator: Accelerator) -> None:
    set_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.Linear(16, 16))
    optimizer = torch.optim.AdamW(model.parameters())
    scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer)
    loader = DataLoader(torch.ones(8, 16), batch_size=2)
    model, optimizer, _, scheduler = accelerator.prepare(model, optimizer, loader, scheduler)
    accelerator.backward(model(torch.ones(2, 16)).sum())
    optimizer.step()


def _plain(folder: Path) -> None:
    source = "Accelerator.save_state with automatic_checkpoint_naming, twice"
    case = Case(folder, "accelerate", source, LIBRARIES)
    with inside(case.tree):
        project = ProjectConfiguration("runs/acc", automatic_checkpoint_naming=True)
        accelerator = Accelerator(cpu=True, project_config=project)
        _state(accelerator)
        accelerator.save_state()
        accelerator.save_state()
    for number in (0, 1):
        case.artifact(
            f"runs/acc/checkpoints/checkpoint_{number}/",
            "checkpoint",
            "accelerate",
            step=number,
            weights=["model.safetensors"],
            optimizer=["optimizer.bin"],
            named=["random_states_0.pkl"],
        )
    case.close()


def _allow_fsdp() -> None:
    """FSDP runs on CPU and gloo, but accelerate offers it on accelerators only: name one."""
    PartialState(cpu=True)  # the one that exists, or a new one
    PartialState._shared_state["distributed_type"] = DistributedType.MULTI_XPU


def _fsdp_save(_rank: int, run: Path) -> None:
    for number, form in ((3, "SHARDED_STATE_DICT"), (4, "FULL_STATE_DICT")):
        _fsdp_state(form, run / f"checkpoint_{number}")


def _fsdp_state(form: str, path: Path) -> None:
    AcceleratorState._reset_state(reset_partial_state=True)
    _allow_fsdp()
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2, state_dict_type=form, cpu_ram_efficient_loading=False
    )
    accelerator = Accelerator(cpu=True, fsdp_plugin=plugin)
    _state(accelerator)
    accelerator.save_state(str(path))


def _fsdp(folder: Path) -> None:
    source = "Accelerator(fsdp_plugin=..(fsdp_version=2)).save_state on two ranks"
    case = Case(folder, "fsdp-sharded", source, LIBRARIES)
    run = "runs/fsdp/"
    spawn(_fsdp_save, case.tree / run)
    case.artifact(
        f"{run}checkpoint_3/",
        "checkpoint",
        "accelerate",
        parts=["fsdp", "torch-dcp"],
        step=3,
        weights=["pytorch_model_fsdp_0/*.distcp"],
        optimizer=["optimizer_0/*.distcp"],
        named=[*NAMED, "random_states_?.pkl"],
    )
    case.artifact(
        f"{run}checkpoint_4/",
        "checkpoint",
        "accelerate",
        parts=["fsdp"],
        step=4,
        weights=["pytorch_model_fsdp.bin"],
        optimizer=["optimizer.bin"],
        named=["random_states_0.pkl"],
    )
    case.close()


def _train(_rank: int, run: Path) -> None:
    set_seed(0)
    settings = TrainingArguments(
        str(run),
        max_steps=2,
        save_steps=2,
        per_device_train_batch_size=2,
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
        fsdp=True,
        fsdp_config={
            "version": 2,
            "state_dict_type": "SHARDED_STATE_DICT",
            "transformer_layer_cls_to_wrap": ["LlamaDecoderLayer"],
        },
    )
    assert settings.device.type == "cpu"  # asking resets what accelerate knows
    _allow_fsdp()
    Trainer(llama(), settings, train_dataset=examples()).train()


def _trainer(folder: Path) -> None:
    source = "Trainer(fsdp='full_shard', version 2).train() on two ranks"
    case = Case(folder, "trainer-fsdp", source, ("transformers", *LIBRARIES))
    run = "runs/trainer-fsdp/"
    spawn(_train, case.tree / run)
    case.artifact(
        f"{run}checkpoint-2/",
        "checkpoint",
        "hf-trainer",
        parts=["fsdp", "torch-dcp"],
        step=2,
        weights=["pytorch_model_fsdp_0/*.distcp"],
        optimizer=["optimizer_0/*.distcp"],
        named=[*NAMED, "trainer_state.json"],
    )
    case.close()
