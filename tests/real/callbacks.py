"""Runs the real Trainers with tutela's callbacks; `test_callbacks.py` starts it as a process."""

import sys
import warnings
from pathlib import Path

from tutela import hugging_face_callback, lightning_callback


def transformers(folder: Path) -> None:
    """A run that is resumed: checkpoint 2, then 4 from 2, then 6 from 4 by a second trainer."""
    from transformers import Trainer, TrainingArguments

    from tests.real.models import examples, llama

    def trainer(steps: int) -> Trainer:
        settings = {"report_to": "none", "use_cpu": True, "disable_tqdm": True, "save_steps": 2}
        return Trainer(
            model=llama(),
            args=TrainingArguments(
                str(folder), max_steps=steps, per_device_train_batch_size=2, **settings
            ),
            train_dataset=examples(),
            callbacks=[hugging_face_callback(run="sft", inputs=["s3://data/corpus/"])],
        )

    trainer(4).train()
    trainer(6).train(resume_from_checkpoint=True)


def lightning(folder: Path) -> None:
    """The best two of four saves and the last, then a run that goes on from the last."""
    import torch
    from lightning import Trainer
    from lightning.pytorch.callbacks import ModelCheckpoint
    from torch.utils.data import DataLoader

    from tests.real.lightning_ import Regression

    def fit(steps: int, start: Path | None, **which: object) -> None:
        Trainer(
            accelerator="cpu",
            max_steps=steps,
            logger=False,
            callbacks=[
                ModelCheckpoint(folder, "{step}", every_n_train_steps=2, save_last=True, **which),
                lightning_callback(run="regression"),
            ],
            enable_progress_bar=False,
            enable_model_summary=False,
        ).fit(Regression(), DataLoader(torch.ones(32, 16), batch_size=2), ckpt_path=start)

    fit(8, None, monitor="train_loss", save_top_k=2)
    fit(10, folder / "last.ckpt", save_top_k=-1)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    globals()[sys.argv[1]](Path(sys.argv[2]))
