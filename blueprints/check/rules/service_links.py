"""A pod whose environment changes with every Service that somebody adds.

Looks at `enableServiceLinks` of every pod: it must be false. Kubernetes otherwise gives each pod
variables for every Service of its namespace, such as `VLLM_PORT=tcp://10.0.0.1:8000` for a Service
named `vllm`; programs that read their settings from variables of the same prefix (vLLM, MLflow,
LiteLLM) then take an address for a number and do not start.

Set `enableServiceLinks: false`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "service-links"
LEVEL = Level.WARNING


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Pods that get variables of every Service."""
    for workload in cluster.of(repo, settings).workloads:
        if at(workload.pod, "enableServiceLinks") is not False:
            where = (*workload.spec_path, "enableServiceLinks")
            message = f"{workload.object} gets variables of every Service in its namespace"
            yield found(ID, LEVEL, workload.object, where, message, "set enableServiceLinks: false")
