"""Docker: one container on one node, as root, by the daemon."""

from blueprints.runtimes.docker.read import read
from blueprints.runtimes.docker.write import unfit, write
from blueprints.runtimes.runtime import Runtime

RUNTIME = Runtime("docker", "host", write, read, unfit=unfit)
