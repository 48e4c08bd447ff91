"""torch.distributed.checkpoint: two ranks, coordinated or not, interrupted, as safetensors."""

import contextlib
from pathlib import Path

import torch
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint import filesystem
from torch.distributed.checkpoint.state_dict import get_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from tests.real.case import Case
from tests.real.ranks import spawn, stored

LIBRARIES = ("torch",)
PARTS = ("__0_0.distcp", "__1_0.distcp")


def write(folder: Path) -> None:
    """A run with a whole and two interrupted saves, an uncoordinated one, safetensors."""
    _run(folder)
    _uncoordinated(folder)
    _safetensors(folder)
    _sharded_safetensors(folder)


def state() -> dict[str, object]:
    """Model and AdamW state of a small network sharded over the ranks (FSDP2)."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.GELU(), torch.nn.Linear(32, 16))
    fully_shard(model, mesh=init_device_mesh("cpu", (2,)))
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(4, 16)).sum().backward()
    optimizer.step()
    weights, moments = get_state_dict(model, optimizer)
    return {"model": weights, "optimizer": moments, "epoch": 1}


def _saves(_rank: int, run: Path) -> None:
    everything = state()
    dcp.save(everything, checkpoint_id=run / "step_100")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    # Killed between writing `.metadata.tmp` and renaming it: the commit itself.
    rename, filesystem.FileSystem.rename = filesystem.FileSystem.rename, killed
    with contextlib.suppress(BaseException):
        dcp.save(everything, checkpoint_id=run / "step_200")
    filesystem.FileSystem.rename = rename
    # Killed after every rank has written its data.
    filesystem.FileSystemWriter.finish = killed
    with contextlib.suppress(BaseException):
        dcp.save(everything, checkpoint_id=run / "step_300")


def _run(folder: Path) -> None:
    source = "dcp.save of FSDP2 model and AdamW on two ranks; then two saves killed in finish()"
    case = Case(folder, "dcp-run", source, LIBRARIES)
    run = "runs/fsdp2/"
    spawn(_saves, case.tree / run)
    whole = case.tree / run / "step_100"
    case.artifact(
        f"{run}step_100/",
        "checkpoint",
        "torch-dcp",
        step=100,
        mixed=(
            stored(whole, lambda name: name.startswith("model.")),
            stored(whole, lambda name: name.startswith("optimizer.")),
        ),
        named=[*PARTS, ".metadata"],
    )
    for step in (200, 300):
        case.artifact(
            f"{run}step_{step}/",
            "checkpoint",
            "torch-dcp",
            step=step,
            complete=False,
            missing=[".metadata"],
        )
    case.close()


def _uncoordinated_save(_rank: int, path: Path) -> None:
    dcp.save(state(), checkpoint_id=path, use_collectives=False)


def _uncoordinated(folder: Path) -> None:
    """Every rank writes its own metadata, `__<rank>.metadata`, and nothing is deduplicated."""
    case = Case(folder, "dcp-uncoordinated", "dcp.save(use_collectives=False)", LIBRARIES)
    root = "runs/fast/step_50/"
    spawn(_uncoordinated_save, case.tree / root)
    case.artifact(
        root,
        "checkpoint",
        "torch-dcp",
        step=50,
        mixed=_by_rank(case.tree / root),
        named=[*PARTS, "__0.metadata", "__1.metadata"],
    )
    case.close()


def _by_rank(path: Path) -> tuple[int, int]:
    weights = optimizer = 0
    for rank in (0, 1):
        metadata = dcp.FileSystemReader(path).read_metadata(rank=rank)
        for index, info in metadata.storage_data.items():
            weights += info.length if index.fqn.startswith("model.") else 0
            optimizer += info.length if index.fqn.startswith("optimizer.") else 0
    return weights, optimizer


def _one_rank(_rank: int, path: Path) -> None:
    torch.manual_seed(0)
    weights = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.Linear(32, 16)).state_dict()
    writer = dcp.HuggingFaceStorageWriter(
        str(path), fqn_to_index_mapping={"0.weight": 1, "0.bias": 1, "1.weight": 2, "1.bias": 2}
    )
    dcp.save(weights, storage_writer=writer)


def _safetensors(folder: Path) -> None:
    """No `config.json`: DCP knows tensors only. To everyone else it is a sharded HF model."""
    case = Case(folder, "dcp-hf", "dcp.save with HuggingFaceStorageWriter", LIBRARIES)
    root = "export/dcp-hf/"
    spawn(_one_rank, case.tree / root, world=1)
    case.artifact(
        root,
        "model",
        "hf-model",
        weights=["*.safetensors"],
        named=["*.safetensors", "model.safetensors.index.json"],
    )
    case.close()


def _sharded_save(_rank: int, path: Path) -> None:
    writer = dcp.HuggingFaceStorageWriter(
        str(path),
        fqn_to_index_mapping={"0.weight": 1, "0.bias": 1, "2.weight": 2, "2.bias": 2},
        save_distributed=True,
        enable_consolidation=True,
    )
    dcp.save(state()["model"], storage_writer=writer)


def _sharded_safetensors(folder: Path) -> None:
    source = "HuggingFaceStorageWriter(save_distributed, enable_consolidation) on two ranks"
    case = Case(folder, "dcp-hf-sharded", source, LIBRARIES)
    case.note = "the ranks' own files stay in sharded/ beside the consolidated ones: one save"
    root = "export/consolidated/"
    spawn(_sharded_save, case.tree / root)
    case.artifact(
        root,
        "model",
        "hf-model",
        parts=["torch-dcp"],
        weights=["*.safetensors"],
        named=["*.safetensors", "model.safetensors.index.json"],
    )
    case.close()
