"""Whether a stack fits its project: what it names is there, and its names are free."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.kinds.sandbox.stacks.roles.vllm import Model
from blueprints.parts.names import thousandths

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project

LEAST = "26Gi"
"""Scratch folders of a model lie in memory, 13Gi of them."""


def buckets(project: "Project", names: Iterable[str]) -> Iterator[str]:
    """Names that are no entry under ``data: {s3: ..}``."""
    there = {one.name for one in project.data.s3}
    for name in dict.fromkeys(names):
        if name not in there:
            known = ", ".join(sorted(there)) or "there is none"
            yield f"{name} is no bucket of the project under data.s3 ({known})"


def names(project: "Project", stack: str, roles: Sequence[str]) -> Iterator[str]:
    """Volumes of the project that are called like something of the stack."""
    taken = {f"{stack}-{role}" for role in roles}
    for volume in project.data.volumes:
        if volume.name in taken:
            yield f"the volume {volume.name} under data.volumes has a name that the stack needs"


def volume(project: "Project", name: str) -> Iterator[str]:
    """Not an entry under ``data: {volumes: ..}`` that many pods may read."""
    types = {one.name: one.type for one in project.data.volumes}
    if name not in types:
        known = ", ".join(sorted(types)) or "there is none"
        yield f"{name} is no volume of the project under data.volumes ({known})"
    elif types[name] != "filesystem":
        yield f"the volume {name} is for one pod; weights need type filesystem"


def gpus(project: "Project", count: int) -> Iterator[str]:
    """More accelerators than the project has."""
    if count > project.quota.gpu:
        yield f"needs {count} GPUs; the project's quota has {project.quota.gpu}"


def memory(given: str) -> Iterator[str]:
    """Less memory than what a model's scratch folders alone may take, twice."""
    if thousandths(given) < thousandths(LEAST):
        yield f"a model needs memory of {LEAST} at least; {given} is less"


def models(project: "Project", wanted: Sequence[Model]) -> Iterator[str]:
    """Models whose weights lie nowhere, or that need too many accelerators together."""
    for name in dict.fromkeys(model.volume for model in wanted):
        yield from volume(project, name)
    for model in wanted:
        yield from memory(model.memory)
    yield from gpus(project, sum(model.gpus for model in wanted))
