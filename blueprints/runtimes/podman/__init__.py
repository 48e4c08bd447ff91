"""Podman: one container on one node, as the person who starts it."""

from blueprints.runtimes.podman.read import read
from blueprints.runtimes.podman.write import unfit, write
from blueprints.runtimes.runtime import Runtime

RUNTIME = Runtime("podman", "host", write, read, unfit=unfit)
