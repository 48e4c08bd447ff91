"""A namespace whose pods nothing is denied to.

Looks at every Namespace: there is a NetworkPolicy in it that selects all pods and denies both
directions.

RKE2's CIS profile writes such policies for kube-system, kube-public and default only (CIS 5.3.2).
Whoever makes a namespace has to bring its own: without, a change of the CNI or its mode opens it.

Add a NetworkPolicy with an empty `podSelector` and both `policyTypes`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, texts
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "namespace-default-deny"
LEVEL = Level.ERROR

NEEDS_ALL = True


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every namespace that a document makes."""
    if environment(repo) is None:
        return
    known = cluster.of(repo, settings)
    denied = {
        known.namespace(item)
        for item in known.of_kind("NetworkPolicy")
        if at(item.data, "spec", "podSelector") == {}
        and {"Ingress", "Egress"} <= set(texts(item.data, "spec", "policyTypes"))
        and not at(item.data, "spec", "ingress")
        and not at(item.data, "spec", "egress")
    }
    for item in known.of_kind("Namespace"):
        if item.name not in denied:
            message = f"{item} has no policy that denies all: its pods may do everything"
            yield found(ID, LEVEL, item, ("metadata", "name"), message)
