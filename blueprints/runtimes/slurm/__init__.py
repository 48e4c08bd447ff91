"""Slurm: a batch job on one node or several, with Podman or Apptainer on each."""

from blueprints.runtimes.batch.write import CANNOT
from blueprints.runtimes.runtime import Runtime
from blueprints.runtimes.slurm.read import read
from blueprints.runtimes.slurm.write import write

RUNTIME = Runtime("slurm", "host", write, read, CANNOT)
