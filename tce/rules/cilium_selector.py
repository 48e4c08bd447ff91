"""A policy of Cilium that selects nothing, or nodes where pods were meant.

Looks at CiliumNetworkPolicies of namespaces whose workloads are here (an `endpointSelector` that
matches no pod), and at every selector with a key that is also one of Cilium's reserved labels
(`host`, `world`, `health`, ..) without its source.

A policy that selects nothing is not refused: it protects nobody. The key `host` without a source is
`reserved:host` as well (cilium/cilium#12588), and at pods labelled `host` policies are not enforced
(cilium/cilium#48027).

Write labels that pods have, as `k8s:<key>`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, labels, mapping
from blueprints.check.documents import walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.workloads import pod_metadata, pods
from tce.check.environment import environment

ID = "cilium-selector"
LEVEL = Level.ERROR

_RESERVED = ("all", "cluster", "health", "host", "ingress", "init", "remote-node", "world")
_POLICIES = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every selector, and every pod with a label that hides it."""
    if environment(repo) is None:
        return
    known = cluster.of(repo, settings)
    here: dict[str, list[dict[str, str]]] = {}
    for item in known.objects:
        for _, path, _ in pods(item):
            own = labels(pod_metadata(item, path), "labels")
            here.setdefault(known.namespace(item), []).append(own)
            if "host" in own:
                where: Path = (*path[:-1], "metadata", "labels", "host")
                message = f"{item}: at pods labelled host policies are not enforced"
                yield found(ID, LEVEL, item, where, message)
    for item in known.of_kind(*_POLICIES):
        for path, value in walk(item.data):
            if path[-1:] == ("matchLabels",) and isinstance(value, dict):
                for key in value:
                    if key in _RESERVED:
                        message = f"{item}: {key} is also Cilium's reserved label"
                        yield found(ID, LEVEL, item, (*path, key), message, f"write k8s:{key}")
        place: Path = ("spec", "endpointSelector")
        said = {
            key.rpartition(":")[2]: value
            for key, value in labels(item.data, *place, "matchLabels").items()
        }
        own_pods = here.get(known.namespace(item), [])
        expressions = mapping(item.data, *place).get("matchExpressions")
        judged = item.kind == _POLICIES[0] and own_pods and said and not expressions
        if judged and not any(said.items() <= one.items() for one in own_pods):
            yield found(ID, LEVEL, item, place, f"{item} selects no pod of its namespace")
