"""Flux: a batch job on one node or several, with Podman or Apptainer on each."""

from blueprints.runtimes.batch.write import CANNOT
from blueprints.runtimes.flux.read import read
from blueprints.runtimes.flux.write import write
from blueprints.runtimes.runtime import Runtime

RUNTIME = Runtime("flux", "host", write, read, CANNOT)
