"""Kubernetes: a Deployment, or a LeaderWorkerSet for several nodes, and what belongs to it."""

from blueprints.runtimes.kubernetes.read import read
from blueprints.runtimes.kubernetes.write import CANNOT, write
from blueprints.runtimes.runtime import Runtime

RUNTIME = Runtime("kubernetes", "cluster", write, read, CANNOT)
