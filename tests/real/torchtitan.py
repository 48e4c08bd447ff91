"""torchtitan: its CheckpointManager on two ranks, ending in a Hugging Face export."""

import contextlib
from pathlib import Path
from typing import Any

import torch
from torch.distributed.checkpoint import FileSystemWriter
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torchtitan.components.checkpoint import CheckpointManager
from torchtitan.components.optimizer import LRSchedulersContainer
from torchtitan.components.optimizer.optimizer import default_adamw
from torchtitan.protocols.state_dict_adapter import BaseStateDictAdapter

from tests.real.case import Case
from tests.real.ranks import spawn, stored

LIBRARIES = ("torchtitan", "torch")


class Progress:
    """What torchtitan keeps beside model and optimizer: steps and a place in the data."""

    def __init__(self, step: int) -> None:
        self.step = step

    def state_dict(self) -> dict[str, Any]:
        """The step as a tensor, as torchtitan's trainer stores it."""
        return {"step": torch.tensor(self.step)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the step back."""
        self.step = int(state["step"])


class SameNames(BaseStateDictAdapter):
    """Exports with the names that the model has, in two files."""

    def __init__(self) -> None:
        self.fqn_to_index_mapping = {"0.weight": 1, "0.bias": 1, "2.weight": 2, "2.bias": 2}
        self.hf_assets_path = None

    def to_hf(self, state_dict: dict[str, Any]) -> dict[str, Any]:
        """Nothing to rename."""
        return state_dict

    def from_hf(self, hf_state_dict: dict[str, Any]) -> dict[str, Any]:
        """Nothing to rename."""
        return hf_state_dict

    def get_hf_storage_reader(self, path: str, from_quantized: bool = False) -> Any:
        """Not asked when saving."""
        raise LookupError(path)


def write(folder: Path) -> None:
    """Steps 10 and 20 with everything, step 30 killed, step 40 for Hugging Face."""
    case = Case(folder, "torchtitan", "CheckpointManager.save with last_save_in_hf", LIBRARIES)
    run = "outputs/llama3/checkpoint/"
    spawn(_saves, case.tree / "outputs/llama3")
    dcp = ("torch-dcp",)
    for step in (10, 20):
        path = case.tree / f"{run}step-{step}"
        case.artifact(
            f"{run}step-{step}/",
            "checkpoint",
            "torchtitan",
            parts=dcp,
            step=step,
            # torchtitan puts the model's names at the top, beside `optimizer`, `train_state` ..
            mixed=(
                stored(path, lambda name: name in SameNames().fqn_to_index_mapping),
                stored(path, lambda name: name.startswith("optimizer.")),
            ),
            named=[".metadata", "__0_0.distcp", "__1_0.distcp"],
        )
    case.artifact(
        f"{run}step-30/",
        "checkpoint",
        "torchtitan",
        parts=dcp,
        step=30,
        complete=False,
        missing=[".metadata"],
    )
    case.artifact(
        f"{run}step-40/",
        "checkpoint",
        "torchtitan",
        parts=["hf-model", *dcp],
        step=40,
        weights=["*.safetensors"],
        named=["*.safetensors", "model.safetensors.index.json"],
    )
    case.close()


def killed(*_: object) -> None:
    """What the scheduler does before `.metadata` is there."""
    raise KeyboardInterrupt


def _saves(_rank: int, dump: Path) -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.GELU(), torch.nn.Linear(32, 16))
    fully_shard(model, mesh=init_device_mesh("cpu", (2,)))
    optimizers = default_adamw().build(model_parts=[model])
    schedulers = LRSchedulersContainer.Config().build(optimizers=optimizers, training_steps=40)
    model(torch.ones(4, 16)).sum().backward()
    optimizers.step()
    manager = CheckpointManager(
        CheckpointManager.Config(
            enable=True, interval=10, last_save_model_only=True, last_save_in_hf=True
        ),
        dataloader=Progress(0),
        model_parts=[model],
        optimizers=optimizers,
        lr_schedulers=schedulers,
        states={"train_state": Progress(10)},
        sd_adapter=SameNames(),
        base_folder=str(dump),
    )
    for step in (10, 20):
        manager.save(step)
    finish = FileSystemWriter.finish
    FileSystemWriter.finish = killed
    with contextlib.suppress(BaseException):
        manager.save(30)
    FileSystemWriter.finish = finish
    manager.save(40, last_step=True)
    manager.close()
