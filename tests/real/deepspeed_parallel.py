"""DeepSpeed with pipeline stages and with experts: a file a layer, a file an expert."""

from pathlib import Path

import deepspeed
import torch
from deepspeed.moe.layer import MoE
from deepspeed.moe.utils import split_params_into_different_moe_groups_for_optimizer
from deepspeed.pipe import PipelineModule
from transformers import set_seed

from tests.real.case import Case
from tests.real.deepspeed_ import LIBRARIES
from tests.real.ranks import spawn


def write(folder: Path) -> None:
    """Two pipeline stages with ZeRO 1; two experts on two ranks."""
    _pipeline(folder)
    _experts(folder)


def _config() -> dict[str, object]:
    return {
        "train_micro_batch_size_per_gpu": 1,
        "zero_optimization": {"stage": 1},
        "zero_allow_untested_optimizer": True,
        "bf16": {"enabled": True},
    }


def _linear() -> list[torch.nn.Module]:
    return [torch.nn.Linear(16, 16)]


def _save_pipeline(_rank: int, run: Path) -> None:
    set_seed(0)
    deepspeed.init_distributed("gloo")
    # A layer without parameters has no file: there is a hole in the numbers.
    layers = [torch.nn.Linear(16, 16), torch.nn.functional.gelu, *_linear(), *_linear()]
    model = PipelineModule(layers, num_stages=2, partition_method="uniform")
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=torch.optim.AdamW(model.parameters()),
        config=_config(),
        dist_init_required=False,
    )
    engine.global_steps = 10
    engine.save_checkpoint(str(run))


def _pipeline(folder: Path) -> None:
    source = "PipelineEngine.save_checkpoint, two stages, ZeRO 1, bf16"
    case = Case(folder, "deepspeed-pipeline", source, LIBRARIES)
    run = "runs/pipe/"
    spawn(_save_pipeline, case.tree / run)
    case.artifact(
        f"{run}global_step10/",
        "checkpoint",
        "deepspeed",
        step=10,
        weights=["*_model_states.pt", "*-model_states.pt"],
        optimizer=["*_optim_states.pt"],
        named=["mp_rank_0?_model_states.pt", "*_optim_states.pt"],
        needed=["layer_*"],
    )
    case.run(run)
    case.close()


class Sparse(torch.nn.Module):
    """A dense layer and two experts."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = torch.nn.Linear(16, 16)
        self.moe = MoE(16, torch.nn.Linear(16, 16), num_experts=2, ep_size=2)


def _save_experts(_rank: int, run: Path) -> None:
    set_seed(0)
    deepspeed.init_distributed("gloo")
    model = Sparse()
    groups = split_params_into_different_moe_groups_for_optimizer(
        {"params": list(model.parameters()), "name": "all"}
    )
    engine, *_ = deepspeed.initialize(
        model=model,
        optimizer=torch.optim.AdamW(groups),
        config=_config() | {"zero_optimization": {"stage": 0}},
        dist_init_required=False,
    )
    engine.global_steps = 10
    engine.save_checkpoint(str(run))


def _experts(folder: Path) -> None:
    source = "DeepSpeedEngine.save_checkpoint of deepspeed.moe.layer.MoE, two experts, two ranks"
    case = Case(folder, "deepspeed-moe", source, LIBRARIES)
    case.note = "mp_rank_00_model_states.pt holds a second copy of the optimizer's state"
    run = "runs/moe/"
    spawn(_save_experts, case.tree / run)
    case.artifact(
        f"{run}global_step10/",
        "checkpoint",
        "deepspeed",
        step=10,
        weights=["*_model_states.pt"],
        optimizer=["*_optim_states.pt"],
        named=["mp_rank_00_model_states.pt", "layer_0_expert_0_*", "expp_rank_0_*"],
        needed=["layer_0_expert_1_*", "expp_rank_1_*"],
    )
    case.run(run)
    case.close()
