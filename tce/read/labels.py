"""Labels and what selects them, as Cilium knows both: every label has a source.

Sources: Cilium's pkg/labels, pkg/labelsfilter/filter.go (which labels make an identity),
pkg/policy/api/selector.go, and its documentation "Limiting Identity-Relevant Labels".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Labels: TypeAlias = Mapping[tuple[str, str], str]
"""By source (``k8s``, ``reserved``) and key."""
Operator: TypeAlias = Literal["In", "NotIn", "Exists", "DoesNotExist"]
OPERATORS: tuple[Operator, ...] = ("In", "NotIn", "Exists", "DoesNotExist")

NAMESPACE = "io.kubernetes.pod.namespace"
OF_NAMESPACE = "io.cilium.k8s.namespace.labels"
"""Before the key of each label of a pod's namespace."""
CLUSTER = "io.cilium.k8s.policy.cluster"
ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
GIVEN = "io.cilium.k8s."
"""Before every other key that Cilium gives by itself."""
RESERVED = (
    "all",
    "cluster",
    "health",
    "host",
    "ingress",
    "init",
    "kube-apiserver",
    "none",
    "remote-node",
    "unmanaged",
    "world",
    "world-ipv4",
    "world-ipv6",
)
_INCLUDED = (
    re.escape(NAMESPACE),
    re.escape(OF_NAMESPACE),
    r"app\.kubernetes\.io",
    re.escape(GIVEN),
)
_IGNORED = (
    r"io\.kubernetes",
    r"kubernetes\.io",
    r"statefulset\.kubernetes\.io/pod-name",
    r"apps\.kubernetes\.io/pod-index",
    r"batch\.kubernetes\.io/job-completion-index",
    r".*beta\.kubernetes\.io",
    r"k8s\.io",
    "pod-template-generation",
    "pod-template-hash",
    "controller-revision-hash",
    "annotation.*",
    "etcd_node",
)


@dataclass(frozen=True)
class Requirement:
    """One thing that a selector asks of labels."""

    source: str
    """``any``: of whichever source."""
    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def holds(self, labels: Labels) -> bool:
        """Whether labels are as asked; a label that is missing is in no list."""
        value = _value(labels, self.source, self.key)
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        return (value in self.values) == (self.operator == "In")


def _value(labels: Labels, source: str, key: str) -> str | None:
    if source != "any":
        return labels.get((source, key))
    for (_, one), value in labels.items():
        if one == key:
            return value
    return None


@dataclass(frozen=True)
class Selector:
    """Everything that it asks holds; one that asks nothing selects all."""

    requirements: tuple[Requirement, ...] = ()

    def selects(self, labels: Labels) -> bool:
        """Whether what has these labels is selected."""
        return all(one.holds(labels) for one in self.requirements)

    def asks(self, key: str) -> tuple[Requirement, ...]:
        """What it asks of a key, of pods' labels."""
        return tuple(
            one for one in self.requirements if one.key == key and one.source in ("any", "k8s")
        )

    def and_(self, *more: Requirement) -> "Selector":
        """It, and what is asked besides."""
        return Selector((*self.requirements, *more))

    @property
    def namespaces(self) -> tuple[str, ...] | None:
        """The only namespaces whose pods it can select; None where it does not say."""
        for one in self.asks(NAMESPACE):
            if one.operator == "In":
                return one.values
        return None


def identity(labels: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Of a pod's labels those by which Cilium knows it; the others no policy can see."""
    return {("k8s", key): value for key, value in labels.items() if _relevant(key)}


def _relevant(key: str) -> bool:
    included = max(_ends(_INCLUDED, key), default=0)
    ignored = min(_ends(_IGNORED, key), default=0)
    return ignored == 0 or included > ignored


def _ends(patterns: Iterable[str], key: str) -> Sequence[int]:
    found = (re.match(pattern, key) for pattern in patterns)
    return [one.end() for one in found if one is not None]


def pod_labels(
    namespace: str, of_namespace: Mapping[str, str], own: Mapping[str, str], account: str = ""
) -> Labels:
    """All by which Cilium knows a pod; its own that look like Cilium's are not looked at."""
    said = {key: value for key, value in own.items() if not key.startswith(GIVEN)}
    found = identity(said)
    known = {"kubernetes.io/metadata.name": namespace, **of_namespace}
    for key, value in known.items():
        found["k8s", f"{OF_NAMESPACE}.{key}"] = value
    found["k8s", NAMESPACE] = namespace
    found["k8s", CLUSTER] = "default"
    if account:
        found["k8s", ACCOUNT] = account
    return found


def reserved(*names: str) -> Labels:
    """Of what is no pod: a node, the world."""
    return {("reserved", name): "" for name in names}
