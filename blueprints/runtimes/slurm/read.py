"""What a batch job of Slurm says of its service."""

from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.runtimes.batch.read import Kind, known
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
_EVERY: Final = ("srun", "--ntasks-per-node=1", "--kill-on-bad-exit=1")
_STEPS: Final = {
    "on_head": (*_EVERY, "--nodes=1", "--ntasks=1", f"--nodelist={known('head')}"),
    "on_workers": (
        *(*_EVERY, f"--exclude={known('head')}"),
        *(f"--nodes={known('workers')}", f"--ntasks={known('workers')}"),
    ),
}


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    return read_job(files, Kind("#SBATCH ", _directive, _STEPS))


def _directive(line: str) -> Iterator[tuple[str, str] | None]:
    name, _, value = line.partition("=")
    if name in _FACTS:
        yield _FACTS[name], value
    elif name not in _OTHERS and line not in _FIXED:
        raise ValueError(f"an option that is not known: {line}")
