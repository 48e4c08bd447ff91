"""Two ranks on one machine: distributed saves need a process group, gloo is enough."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.distributed.checkpoint import FileSystemReader

WORLD = 2


def spawn(work: Callable[..., None], *arguments: object, world: int = WORLD) -> None:
    """Run `work(rank, *arguments)` in `world` processes that form a gloo group on loopback."""
    with tempfile.TemporaryDirectory() as meeting:
        mp.spawn(_rank, (world, f"{meeting}/point", work, arguments), nprocs=world)


def _rank(
    rank: int, world: int, point: str, work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(world)}
    os.environ |= {"LOCAL_WORLD_SIZE": str(world), "GLOO_SOCKET_IFNAME": "lo"}
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{point}", rank=rank, world_size=world)
    try:
        work(rank, *arguments)
    finally:
        dist.destroy_process_group()


def stored(folder: Path, ours: Callable[[str], bool]) -> int:
    """Bytes that a torch DCP's own metadata gives to the entries whose name is `ours`."""
    metadata = FileSystemReader(folder).read_metadata()
    assert metadata.storage_data is not None
    return sum(info.length for index, info in metadata.storage_data.items() if ours(index.fqn))
