"""NeMo 1 archives and NeMo 2 folders; the weights of NeMo 2 are written by megatron-core."""

import json
import tarfile
import tempfile
from pathlib import Path

import torch
import torch.distributed as dist
from megatron.core import dist_checkpointing

from tests.real.case import Case
from tests.real.megatron import WEIGHTS, sharded, without_cuda
from tests.real.ranks import spawn, stored

SAVE_RESTORE = (
    "nemo-toolkit 3.0.0 nemo/core/connectors/save_restore_connector.py "
    "(_make_nemo_file_from_folder), because importing it needs a package that is not published"
)
CALLBACK = (
    "NeMo 2 nemo/lightning/pytorch/callbacks/model_checkpoint.py (names, the -unfinished marker, "
    "weights before context), with weights/ written by megatron-core==0.16.1, because NeMo 2 "
    "needs CUDA"
)


def write(folder: Path) -> None:
    """Archives, one cut short; a finished and an unfinished NeMo 2 save."""
    _one(folder)
    _two(folder)


def _one(folder: Path) -> None:
    case = Case(folder, "nemo1", "ModelPT.save_to", by_hand=SAVE_RESTORE)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as work:
        Path(work, "model_config.yaml").write_text("target: nlp.GPTModel\nhidden_size: 16\n")
        torch.save({"w": torch.rand(16, 16)}, Path(work, "model_weights.ckpt"))
        path = case.tree / "models/gpt.nemo"
        path.parent.mkdir()
        with tarfile.open(path, "w:") as archive:
            archive.add(work, arcname=".", filter=_nobody)
    case.artifact("models/gpt.nemo", "model", "nemo1", weights=[""])
    whole = path.read_bytes()
    case.put("upload/gpt.nemo", whole[: len(whole) // 2])
    case.artifact("upload/gpt.nemo", "model", "nemo1", weights=[""], complete=False, missing=[""])
    case.close()


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _save(rank: int, path: Path) -> None:
    without_cuda()
    if rank == 0:
        path.mkdir(parents=True)
    dist.barrier()
    dist_checkpointing.save(sharded(rank, "module."), str(path))


def _two(folder: Path) -> None:
    """The second save was killed while it wrote its weights; its marker is still there."""
    case = Case(folder, "nemo2", "nemo.lightning ModelCheckpoint", by_hand=CALLBACK)
    run = "nemo_experiments/default/2026-01-01_00-00-00/"
    names = {
        step: f"{run}checkpoints/model_name=0--val_loss={loss}-step={step}-consumed_samples={seen}"
        for step, loss, seen in ((99, 1.5, 800.0), (199, 1.25, 1600.0))
    }
    for step, name in names.items():
        spawn(_save, case.tree / name / "weights")
        root = f"{name}/"
        weights = stored(
            case.tree / name / "weights",
            lambda name: name.removeprefix("module.") in WEIGHTS,
        )
        moments = stored(case.tree / name / "weights", lambda name: name.startswith("optimizer."))
        if step == 99:
            case.put(f"{root}context/io.json", json.dumps({"objects": {}, "root": "root"}))
            case.put(f"{root}context/model.yaml", "_target_: nemo.collections.llm.GPTModel\n")
        else:
            (case.tree / root / "weights/metadata.json").unlink()
        whole = step == 99
        case.artifact(
            root,
            "checkpoint",
            "nemo2",
            parts=["megatron-core", "torch-dcp"],
            step=step,
            mixed=(weights, moments),
            complete=whole,
            missing=() if whole else ["", "weights/metadata.json", "context/io.json"],
            named=[
                "weights/metadata.json",
                "weights/common.pt",
                "weights/.metadata",
                "weights/*.distcp",
                "context/io.json",
            ]
            if whole
            else (),
        )
    case.put(f"{names[199]}-unfinished", "")
    case.put(f"{run}cmd-args.log", "train.py\n")
    case.put(f"{run}nemo_log_globalrank-0_localrank-0.txt", "step 99\n")
    case.run(run)
    case.close()
