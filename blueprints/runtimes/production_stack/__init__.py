"""A service as a release of production-stack's chart."""

from blueprints.runtimes.production_stack.read import read, read_rendered
from blueprints.runtimes.production_stack.write import CANNOT, unfit, write
from blueprints.runtimes.runtime import ChartReader, Runtime

RUNTIME = Runtime(
    "production-stack",
    "cluster",
    write,
    read,
    CANNOT,
    unfit,
    ChartReader("vllm-stack", read_rendered),
)
