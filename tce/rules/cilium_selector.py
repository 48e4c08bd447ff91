"""A selector of Cilium that means another thing than it says, or pods that hide from policies.

Looks at every selector of Cilium's policies with a key that is also one of its reserved labels
(`host`, `world`, `health`, ..) and names no source, at policies about nodes chosen by labels, and
at pods that carry the label `host`.

The key `host` without a source is `reserved:host` as well (cilium/cilium#12588), at pods labelled
`host` policies are not enforced (cilium/cilium#48027), and a `nodeSelector` that matches no node is
not refused: it protects nobody. (That an `endpointSelector` matches nothing is told by `selector`.)

Write `k8s:<key>`, choose all nodes, and give pods another label.
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
    for item in known.objects:
        for _, path, _ in pods(item):
            if "host" in labels(pod_metadata(item, path), "labels"):
                where: Path = (*path[:-1], "metadata", "labels", "host")
                message = f"{item}: at pods labelled host policies are not enforced"
                yield found(ID, LEVEL, item, where, message)
    for item in known.of_kind(*_POLICIES):
        for path, value in walk(item.data):
            if path[-1:] == ("matchLabels",) and isinstance(value, dict):
                keys = [(key, (*path, key)) for key in value]
            elif path[-1:] == ("key",) and isinstance(value, str):
                keys = [(value, path)]
            else:
                continue
            for key, place in keys:
                if key in _RESERVED:
                    message = f"{item}: {key} is also Cilium's reserved label"
                    yield found(ID, LEVEL, item, place, message, f"write k8s:{key}")
        if mapping(item.data, "spec", "nodeSelector"):
            message = f"{item}: which nodes have these labels nothing here says"
            yield found(
                ID, LEVEL, item, ("spec", "nodeSelector"), message, "write nodeSelector: {}"
            )
