"""A batch job of Flux; ``flux batch job.sh`` or ``flux batch job.sh keep``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from blueprints.engine.blueprint import File
from blueprints.runtimes.batch.write import Kind, files
from blueprints.runtimes.writing.shell import Shell
from blueprints.service.service import Service
from blueprints.service.site import Site


def write(service: Service, site: Site) -> Iterable[File]:
    """See :data:`blueprints.runtimes.runtime.Writer`."""
    directives = [f"# flux: {line}" for line in _directives(service, site)]
    steps = Path(__file__).parent / "steps.sh"
    return files(service, site, Kind(directives, steps, Shell("${FLUX_TASK_RANK:-0}")))


def _directives(service: Service, site: Site) -> Iterator[str]:
    scheduler = site.scheduler
    yield f"--job-name={service.name}"
    # Ports are those of the node, and its memory is the service's.
    yield f"--nodes={service.nodes} --exclusive"
    yield f"--time-limit={scheduler.hours}h"
    if scheduler.partition:
        yield f"--queue={scheduler.partition}"
    if scheduler.account:
        yield f"--setattr=bank={scheduler.account}"
    # Otherwise this script would begin only with the last node, whenever that comes.
    yield "--broker-opts=-Sbroker.quorum=1"
    yield "--output={{name}}-{{id}}.log"
