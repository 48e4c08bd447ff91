"""Runs of the Hugging Face Trainer: checkpoints, the final model, what lies beside them."""

import contextlib
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import Trainer, TrainingArguments, set_seed

from tests.real.case import Case
from tests.real.models import examples, llama, tokenizer
from tests.real.place import inside

LIBRARIES = ("transformers", "accelerate", "safetensors", "torch")
STATE = ("optimizer.pt", "scheduler.pt", "rng_state.pth")
BASE = "swiss-ai/Apertus-8B-2509"


def write(folder: Path) -> None:
    """A plain run, a sharded one, a LoRA one, a weights-only one, an interrupted one."""
    _plain(folder)
    _sharded(folder)
    _peft(folder)
    _weights_only(folder)
    _module(folder)
    _interrupted(folder)


class Plain(torch.nn.Module):
    """A network that is no PreTrainedModel: it has no config."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = torch.nn.Embedding(32, 16)
        self.head = torch.nn.Linear(16, 1)

    def forward(self, input_ids: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        """The loss, which is all that Trainer asks for."""
        guess = self.head(self.embed(input_ids)).squeeze(-1)
        return {"loss": (guess - labels).pow(2).mean()}


def _trainer(run: str, *, peft: bool = False, shard: str | None = None, **more: object) -> Trainer:
    set_seed(0)
    model = llama()
    if peft:
        model.name_or_path = BASE
        model = get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj", "v_proj"]))
    if shard is not None:
        whole = model.save_pretrained
        model.save_pretrained = lambda *args, **kw: whole(*args, **kw, max_shard_size=shard)
    settings: dict[str, object] = {
        "output_dir": run,
        "max_steps": 4,
        "save_steps": 2,
        "logging_steps": 2,
        "per_device_train_batch_size": 2,
        "use_cpu": True,
        "report_to": "none",
        "disable_tqdm": True,
        "seed": 0,
    }
    return Trainer(
        model=model,
        args=TrainingArguments(**{**settings, **more}),
        train_dataset=examples(),
        processing_class=tokenizer(),
    )


def _checkpoint(case: Case, root: str, step: int, **more: Any) -> None:
    usual: dict[str, Any] = {
        "step": step,
        "weights": ["model.safetensors"],
        "optimizer": ["optimizer.pt"],
        "parts": ["hf-model"],
        "named": ["trainer_state.json"],
    }
    case.artifact(root, "checkpoint", "hf-trainer", **{**usual, **more})


def _plain(folder: Path) -> None:
    """Two checkpoints, then `save_model` and `save_state` into the run folder, as in run_clm.py."""
    source = "Trainer.train(); save_model(); save_state(); save_metrics('train', ..)"
    case = Case(folder, "trainer-plain", source, (*LIBRARIES, "tensorboard"))
    run = "runs/sft-a/"
    with inside(case.tree):
        trainer = _trainer(run, report_to="tensorboard")
        # Times differ from run to run; the files that hold them should not.
        times = dict.fromkeys(trainer.train().metrics, 1.0)
        trainer.state.log_history[-1] |= times
        trainer.save_model()
        trainer.save_metrics("train", times)
        trainer.save_state()
    # The name holds the time and the process id.
    (events,) = case.tree.rglob("events.out.tfevents.*")
    events.rename(case.tree / run / "runs" / "events.out.tfevents.1767225600.node001.4242.0")
    if events.parent != case.tree / run / "runs":
        events.parent.rmdir()
    for step in (2, 4):
        _checkpoint(case, f"{run}checkpoint-{step}/", step)
    left_by_run = ["runs/*", "*_results.json", "trainer_state.json"]
    case.run(run, left_by_run)
    case.artifact(run, "model", "hf-model", weights=["model.safetensors"])
    case.close()


def _sharded(folder: Path) -> None:
    """At the root of the bucket: the run folder is the bucket."""
    source = "Trainer.train() with model.save_pretrained(max_shard_size='12KB')"
    case = Case(folder, "trainer-sharded", source, LIBRARIES)
    with inside(case.tree):
        _trainer(".", shard="12KB").train()
    for step in (2, 4):
        _checkpoint(
            case,
            f"checkpoint-{step}/",
            step,
            weights=["model-*.safetensors"],
            named=["trainer_state.json", "model-*.safetensors", "model.safetensors.index.json"],
        )
    case.close()


def _peft(folder: Path) -> None:
    source = "Trainer.train() of a PeftModel; save_model()"
    case = Case(folder, "trainer-peft", source, ("peft", *LIBRARIES))
    run = "runs/lora-b/"
    with inside(case.tree):
        trainer = _trainer(run, peft=True, max_steps=2)
        trainer.train()
        trainer.save_model()
    adapter = ["adapter_config.json", "adapter_model.safetensors"]
    _checkpoint(
        case,
        f"{run}checkpoint-2/",
        2,
        weights=["adapter_model.safetensors"],
        parts=["peft"],
        named=["trainer_state.json", *adapter],
        base_model=BASE,
    )
    case.artifact(
        run,
        "adapter",
        "peft",
        weights=["adapter_model.safetensors"],
        named=adapter,
        base_model=BASE,
    )
    case.close()


def _weights_only(folder: Path) -> None:
    case = Case(folder, "trainer-weights-only", "Trainer.train() with save_only_model", LIBRARIES)
    with inside(case.tree):
        _trainer("runs/c/", save_only_model=True, max_steps=2).train()
    _checkpoint(case, "runs/c/checkpoint-2/", 2, optimizer=[])
    case.close()


def _module(folder: Path) -> None:
    """Trainer saves a plain module's weights without any `config.json`."""
    case = Case(folder, "trainer-module", "Trainer.train() of a torch.nn.Module", LIBRARIES)
    with inside(case.tree):
        set_seed(0)
        settings = TrainingArguments("runs/plain", max_steps=2, save_steps=2, use_cpu=True)
        settings.report_to, settings.disable_tqdm = [], True
        Trainer(Plain(), settings, train_dataset=examples()).train()
    _checkpoint(case, "runs/plain/checkpoint-2/", 2, parts=["hf-model"])
    case.close()


def _interrupted(folder: Path) -> None:
    """The job is killed in its second save, before `trainer_state.json`, which is written last."""
    source = "Trainer.train(), killed in TrainerState.save_to_json of the second save"
    case = Case(folder, "trainer-interrupted", source, LIBRARIES)
    run = "runs/killed/"
    with inside(case.tree):
        trainer = _trainer(run)
        state, saves = trainer.state.__class__, []
        write_state = state.save_to_json

        def killed(self: object, path: str) -> None:
            saves.append(path)
            if len(saves) == 2:
                raise KeyboardInterrupt
            write_state(self, path)

        state.save_to_json = killed
        with contextlib.suppress(KeyboardInterrupt):
            trainer.train()
        state.save_to_json = write_state
    _checkpoint(case, f"{run}checkpoint-2/", 2)
    _checkpoint(
        case,
        f"{run}checkpoint-4/",
        4,
        complete=False,
        missing=["trainer_state.json"],
        named=[],
    )
    case.close()
