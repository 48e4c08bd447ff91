"""A batch job of Slurm; ``sbatch job.sh`` or ``sbatch job.sh keep``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from blueprints.engine.blueprint import File
from blueprints.runtimes.batch.write import LEAD, Kind, files
from blueprints.runtimes.writing.shell import Shell
from blueprints.service.service import Service
from blueprints.service.site import Site


def write(service: Service, site: Site) -> Iterable[File]:
    """See :data:`blueprints.runtimes.runtime.Writer`."""
    directives = [f"#SBATCH {line}" for line in _directives(service, site)]
    steps = Path(__file__).parent / "steps.sh"
    return files(service, site, Kind(directives, steps, Shell("${SLURM_PROCID:-0}")))


def _directives(service: Service, site: Site) -> Iterator[str]:
    scheduler = site.scheduler
    yield f"--job-name={service.name}"
    yield f"--nodes={service.nodes}"
    yield "--ntasks-per-node=1"
    yield f"--cpus-per-task={service.processors}"
    yield f"--gpus-per-node={service.devices}"
    # Ports are those of the node, and its memory is the service's.
    yield "--exclusive"
    yield "--mem=0"
    yield f"--time={scheduler.hours}:00:00"
    if scheduler.partition:
        yield f"--partition={scheduler.partition}"
    if scheduler.account:
        yield f"--account={scheduler.account}"
    yield f"--signal=B:USR1@{LEAD}"
    yield "--no-requeue"
    yield "--output=%x-%j.log"
