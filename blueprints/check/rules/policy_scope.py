"""A NetworkPolicy is about other pods than its labels say.

Looks at NetworkPolicies and CiliumNetworkPolicies that are labelled with an `instance` and a
`component`: the pods that they select have both labels too.

An empty selector selects every pod of the namespace, so that what one component may reach, all may.

Select the pods that the policy is named after.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import labels
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "policy-scope"
LEVEL = Level.ERROR

_SELECTORS = {"NetworkPolicy": "podSelector", "CiliumNetworkPolicy": "endpointSelector"}
_LABELS = ("app.kubernetes.io/instance", "app.kubernetes.io/component")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every policy that selects more than it is about."""
    known = cluster.of(repo, settings)
    for kind, field in _SELECTORS.items():
        for policy in known.of_kind(kind):
            if not all(label in policy.labels for label in _LABELS):
                continue
            selected = labels(policy.data, "spec", field, "matchLabels")
            for label in _LABELS:
                if selected.get(label) != policy.labels[label]:
                    where = ("spec", field)
                    message = f"{policy} is about {policy.labels[label]} and selects pods without"
                    yield found(ID, LEVEL, policy, where, f"{message} that {label}")
                    break
