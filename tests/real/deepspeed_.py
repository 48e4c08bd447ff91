"""DeepSpeed: ZeRO 1 and 3 on two ranks, universal checkpoints, Trainer over DeepSpeed."""

import argparse
import tempfile
from pathlib import Path

import deepspeed
import torch
from deepspeed import comm as dist
from deepspeed.checkpoint import ds_to_universal
from transformers import Trainer, TrainingArguments, set_seed

from tests.real.case import Case
from tests.real.models import examples, llama
from tests.real.ranks import spawn
from tests.real.tensors import tensor_bytes

LIBRARIES = ("deepspeed", "torch")


def write(folder: Path) -> None:
    """A run of each kind, and one that was killed before `latest` moved."""
    _zero1(folder)
    _zero3(folder)
    _universal(folder)
    _trainer(folder)


def _config(stage: int, *, bf16: bool = True) -> dict[str, object]:
    return {
        "train_micro_batch_size_per_gpu": 1,
        "zero_optimization": {"stage": stage},
        "zero_allow_untested_optimizer": True,
        "bf16": {"enabled": bf16},
    }


def _engine(stage: int) -> deepspeed.DeepSpeedEngine:
    set_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.Linear(16, 16))
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=torch.optim.AdamW(model.parameters()),
        config=_config(stage),
        dist_init_required=False,
    )
    return engine


def _saves(rank: int, stage: int, run: Path) -> None:
    engine = _engine(stage)
    for step in (1, 2, 3):
        engine.backward(engine(torch.ones(1, 16, dtype=torch.bfloat16)).sum())
        engine.step()
        if step == 3:
            # The node of rank 0 dies before its part is written and before `latest` moves.
            if rank == 0:
                engine._save_zero_checkpoint = _nothing
            dist.barrier = engine._get_all_zero_checkpoint_names = _nothing
            engine.save_checkpoint(str(run), save_latest=False)
        else:
            engine.save_checkpoint(str(run))


def _nothing(*_: object, **__: object) -> None:
    return None


OPTIM = "bf16_zero_pp_rank_{}_mp_rank_00_optim_states.pt"


def _zero1(folder: Path) -> None:
    source = "DeepSpeedEngine.save_checkpoint, ZeRO 1, bf16, two ranks; the third save is killed"
    case = Case(folder, "deepspeed-zero1", source, LIBRARIES)
    run = "runs/zero1/"
    spawn(_saves, 1, case.tree / run)
    for step in (1, 2, 3):
        whole = step < 3
        case.artifact(
            f"{run}global_step{step}/",
            "checkpoint",
            "deepspeed",
            step=step,
            weights=["mp_rank_00_model_states.pt"],
            optimizer=["*_optim_states.pt"],
            complete=whole,
            missing=() if whole else [OPTIM.format(0)],
            named=["mp_rank_00_model_states.pt", OPTIM.format(0)] if whole else (),
            # Only `dp_world_size` inside the model states says that there were two ranks.
            needed=[OPTIM.format(1)] if whole else (),
        )
    case.run(run)
    case.close()


def _zero3(folder: Path) -> None:
    """The only weights are the flat fp32 groups in the optimizer's files."""
    source = "DeepSpeedEngine.save_checkpoint, ZeRO 3, bf16, two ranks"
    case = Case(folder, "deepspeed-zero3", source, LIBRARIES)
    run = "runs/zero3/"
    spawn(_two_saves, 3, case.tree / run)
    for step in (1, 2):
        root = f"{run}global_step{step}/"
        flat = moments = 0
        for path in (case.tree / root).glob("*_optim_states.pt"):
            inner = torch.load(path, weights_only=False)["optimizer_state_dict"]
            flat += tensor_bytes(inner["fp32_flat_groups"])
            moments += tensor_bytes(inner["optimizer_state_dict"])
        case.artifact(
            root,
            "checkpoint",
            "deepspeed",
            step=step,
            weights=["*_model_states.pt"],
            mixed=(flat, moments),
            named=["zero_pp_rank_?_mp_rank_00_model_states.pt", OPTIM.format("?")],
        )
    case.run(run)
    case.close()


def _two_saves(_rank: int, stage: int, run: Path) -> None:
    engine = _engine(stage)
    for _ in range(2):
        engine.backward(engine(torch.ones(1, 16, dtype=torch.bfloat16)).sum())
        engine.step()
        engine.save_checkpoint(str(run))


def _universal(folder: Path) -> None:
    """`ds_to_universal` takes a ZeRO checkpoint apart: one folder a parameter."""
    case = Case(folder, "deepspeed-universal", "deepspeed.checkpoint.ds_to_universal", LIBRARIES)
    run = "runs/universal/"
    root = f"{run}global_step2_universal/"
    with tempfile.TemporaryDirectory() as before:
        spawn(_two_saves, 1, Path(before))
        ds_to_universal.main(
            argparse.Namespace(
                input_folder=f"{before}/global_step2",
                output_folder=str(case.tree / root),
                num_extract_workers=1,
                num_merge_workers=1,
                keep_temp_folder=False,
                strict=True,
                inject_missing_state=True,
            )
        )
    moments = ("zero/*/exp_avg.pt", "zero/*/exp_avg_sq.pt")
    case.artifact(
        root,
        "checkpoint",
        "deepspeed-universal",
        step=2,
        weights=["mp_rank_00_model_states.pt", "zero/*/fp32.pt"],
        optimizer=[*moments, "zero/*/step.pt", "zero/optimizer_state.pt"],
        named=["mp_rank_00_model_states.pt", "zero/*/fp32.pt", *moments],
    )
    case.run(run)
    case.close()


def _train(_rank: int, run: Path) -> None:
    set_seed(0)
    settings = TrainingArguments(
        str(run),
        max_steps=2,
        save_steps=2,
        per_device_train_batch_size=1,
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
        deepspeed=_config(2, bf16=False),
    )
    Trainer(llama(), settings, train_dataset=examples()).train()


def _trainer(folder: Path) -> None:
    source = "Trainer(deepspeed=ZeRO 2).train() on two ranks"
    case = Case(folder, "trainer-deepspeed", source, ("transformers", "accelerate", *LIBRARIES))
    run = "runs/trainer-ds/"
    spawn(_train, case.tree / run)
    optim = "global_step2/zero_pp_rank_{}_mp_rank_00_optim_states.pt"
    case.artifact(
        f"{run}checkpoint-2/",
        "checkpoint",
        "hf-trainer",
        parts=["deepspeed", "hf-model"],
        step=2,
        weights=["model.safetensors", "global_step2/mp_rank_00_model_states.pt"],
        optimizer=[optim.format("?")],
        named=["trainer_state.json", "global_step2/mp_rank_00_model_states.pt", optim.format(0)],
        needed=[optim.format(1)],
    )
    case.close()
