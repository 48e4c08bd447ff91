"""Something that the provider's Rancher manages, or an agent of it.

Looks at documents and OpenTofu files: clusters that a Rancher provisions
(`provisioning.cattle.io`, `rancher2_cluster_v2`), namespaces and agents of Rancher
(`cattle-system`, `cattle-cluster-agent`, `fleet.cattle.io`), `system-agent` with a server.

Rancher's agent has all rights in a cluster, and its server keeps a kubeconfig of each: whoever runs
the Rancher runs the cluster. An environment's cluster stands alone.

Install RKE2 by Ansible, and let nobody import it.
"""

import re
from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "provider-rancher"
LEVEL = Level.ERROR

_GROUPS = ("provisioning.cattle.io", "management.cattle.io", "fleet.cattle.io", "rke.cattle.io")
_NAMES = ("cattle-system", "cattle-fleet-system", "cattle-cluster-agent", "cattle-node-agent")
_TOFU = re.compile(r"^\s*resource\s+\"rancher2_(cluster|cluster_v2|machine_config_v2)\"")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every document and resource that hands the cluster over."""
    if environment(repo) is None:
        return
    for item in repo.objects:
        if item.group in _GROUPS:
            yield found(ID, LEVEL, item, ("apiVersion",), f"{item} is managed by a Rancher")
        elif item.name in _NAMES or item.namespace in _NAMES:
            yield found(ID, LEVEL, item, ("metadata",), f"{item} is of an agent of Rancher")
    for file in repo.files:
        if file.endswith(".tf"):
            for number, line in enumerate(repo.text(file).splitlines(), 1):
                resource = _TOFU.match(line)
                if resource is not None:
                    message = f"rancher2_{resource[1]} makes a cluster that a Rancher manages"
                    yield Finding(file, number, ID, message, LEVEL)
