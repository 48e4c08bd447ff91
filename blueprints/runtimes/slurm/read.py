"""What a batch job of Slurm says of its service."""

from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.runtimes.batch.read import Kind
from blueprints.runtimes.batch.read import read as read_job
from blueprints.service.facts import Facts

_FACTS: Final = {
    "--job-name": "name",
    "--nodes": "nodes",
    "--cpus-per-task": "processors",
    "--gpus-per-node": "devices",
}
_OTHERS: Final = ("--time", "--partition", "--account", "--signal", "--output", "--no-requeue")
_FIXED: Final = ("--ntasks-per-node=1", "--exclusive", "--mem=0")


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    return read_job(files, Kind("#SBATCH ", _directive))


def _directive(line: str) -> Iterator[tuple[str, str] | None]:
    name, _, value = line.partition("=")
    if name in _FACTS:
        yield _FACTS[name], value
    elif name not in _OTHERS and line not in _FIXED:
        raise ValueError(f"an option that is not known: {line}")
