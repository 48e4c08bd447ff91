"""Lightning: one `.ckpt` file a save, a truncated one, and a distributed save in a folder."""

import logging
import warnings
from pathlib import Path

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.strategies import ModelParallelStrategy
from torch.distributed.fsdp import fully_shard
from torch.utils.data import DataLoader

from tests.real.case import Case
from tests.real.place import inside
from tests.real.ranks import stored
from tests.real.tensors import tensor_bytes

LIBRARIES = ("lightning", "torch")


class Regression(lightning.LightningModule):
    """A linear layer learning to be zero."""

    def __init__(self, *, sharded: bool = False) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(16, 8)
        self.sharded = sharded

    def configure_model(self) -> None:
        """Shard over the ranks where asked (FSDP2)."""
        if self.sharded and self.device_mesh is not None:
            fully_shard(self.layer, mesh=self.device_mesh["data_parallel"])

    def training_step(self, batch: torch.Tensor) -> torch.Tensor:
        """Log the loss as `train_loss`, which checkpoint names may hold."""
        loss = self.layer(batch).pow(2).mean()
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """AdamW: two moments a parameter."""
        return torch.optim.AdamW(self.parameters())


def write(folder: Path) -> None:
    """Files with a run beside them, then a folder."""
    logging.getLogger("lightning").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    _files(folder)
    _folder(folder)


def _fit(checkpoints: ModelCheckpoint, module: Regression, **more: object) -> None:
    lightning.seed_everything(0)
    lightning.Trainer(
        accelerator="cpu",
        max_steps=4,
        callbacks=[checkpoints],
        log_every_n_steps=1,
        enable_progress_bar=False,
        enable_model_summary=False,
        **more,
    ).fit(module, DataLoader(torch.ones(8, 16), batch_size=2))


def _file(case: Case, key: str, step: int | None) -> None:
    inner = torch.load(case.tree / key, weights_only=False)
    case.artifact(
        key,
        "checkpoint",
        "lightning",
        step=step,
        mixed=(tensor_bytes(inner["state_dict"]), tensor_bytes(inner["optimizer_states"])),
    )


def _files(folder: Path) -> None:
    source = "Trainer.fit with ModelCheckpoint(save_last=True) and CSVLogger; one upload cut short"
    case = Case(folder, "lightning-files", source, LIBRARIES)
    run = "lightning_logs/version_0/"
    with inside(case.tree):
        keep_all = ModelCheckpoint(every_n_train_steps=2, save_top_k=-1, save_last=True)
        _fit(keep_all, Regression(), logger=CSVLogger("."))
        best = ModelCheckpoint(
            "best",
            "{epoch}-{step}-{train_loss:.2f}",
            monitor="train_loss",
            every_n_train_steps=4,
        )
        _fit(best, Regression(), logger=False)
    saves = f"{run}checkpoints/"
    for name, step in (("epoch=0-step=2", 2), ("epoch=0-step=4", 4), ("last", None)):
        _file(case, f"{saves}{name}.ckpt", step)
    (found,) = (case.tree / "best").glob("epoch=0-step=4-train_loss=*.ckpt")
    _file(case, f"best/{found.name}", 4)
    # A copy to the bucket that was interrupted half way.
    whole = (case.tree / f"{saves}epoch=0-step=2.ckpt").read_bytes()
    case.put("copy/epoch=0-step=2.ckpt", whole[: len(whole) // 2])
    case.artifact(
        "copy/epoch=0-step=2.ckpt",
        "checkpoint",
        "lightning",
        step=2,
        complete=False,
        missing=[""],
    )
    case.run(run)
    case.close()


def _folder(folder: Path) -> None:
    """ModelParallelStrategy: the `.ckpt` is a folder with a torch DCP and `meta.pt`."""
    source = "Trainer.fit with ModelParallelStrategy(save_distributed_checkpoint=True)"
    case = Case(folder, "lightning-distributed", source, LIBRARIES)
    root = "runs/tp/step=4.ckpt/"
    with inside(case.tree):
        _fit(
            ModelCheckpoint("runs/tp", "{step}", every_n_train_steps=4),
            Regression(sharded=True),
            strategy=ModelParallelStrategy(1, 1, save_distributed_checkpoint=True),
            devices=1,
            logger=False,
        )
    path = case.tree / root
    case.artifact(
        root,
        "checkpoint",
        "lightning",
        parts=["torch-dcp"],
        step=4,
        mixed=(
            stored(path, lambda name: name.startswith("state_dict.")),
            stored(path, lambda name: name.startswith("optimizer_")),
        ),
        named=["meta.pt", ".metadata", "__*.distcp"],
    )
    case.close()
