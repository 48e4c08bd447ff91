"""What command lines of containers have in common."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from blueprints.service.service import Accelerator, Mount, Service

VISIBLE: Final[dict[Accelerator, str]] = {
    "cuda": "CUDA_VISIBLE_DEVICES",
    "rocm": "HIP_VISIBLE_DEVICES",
    "oneapi": "ZE_AFFINITY_MASK",
}
"""Which accelerators an engine takes, where its container is shown all of them. ROCm has two more
such variables; Ray refuses ROCR_VISIBLE_DEVICES."""


def mount(one: Mount, *words: str) -> str:
    """A folder of the host as ``--mount`` has it: comma separated values, quoted as such.

    ``words``: further ones; read-only has to be among them where it is meant.
    """
    made = io.StringIO()
    fields = ("type=bind", f"source={one.host}", f"target={one.target}", *words)
    csv.writer(made, lineterminator="\n").writerow(fields)
    return made.getvalue().removesuffix("\n")


def visible(service: Service) -> str:
    """The first accelerators of the node by number, as many as the service takes."""
    return ",".join(map(str, range(service.devices)))


def alone(service: Service, program: str) -> Iterator[str]:
    """Why a program that starts one container cannot start the service."""
    if service.nodes > 1:
        yield f"{program} starts one node, and not {service.nodes}; take slurm or flux"
    taken = VISIBLE[service.accelerator]
    if taken in service.environment:
        yield f"{taken} is in its environment; {program} says with it how many accelerators it has"
