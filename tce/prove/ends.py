"""Whoever can be at an end inside of the cluster: pods that are rendered, and those that may come.

Of every namespace, and of one that nobody knows, a pod without labels; of every selector whose
labels no rendered pod has, or that names no namespace, a pod that has just these; of every
rendered pod one that lacks one of the labels that selectors speak of: charts that are not rendered
here make some, and so may whoever is let into a namespace.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from tce.prove.declared import ANYWHERE, DNS_LABELS, DNS_NAMESPACE, INGRESS
from tce.prove.reach import End
from tce.read.labels import GIVEN, NAMESPACE, Selector, pod_labels, reserved
from tce.read.policies import Policy
from tce.read.workloads import Pod
from tce.space.errors import NotModelledError

KUBERNETES = ("default", "kube-node-lease", "kube-public", "kube-system")
_MOST = 64
"""Ways in which one selector may be met."""


def fixed() -> Iterator[End]:
    """What is there in every cluster, besides pods."""
    yield End("a node", reserved("host"), node=True)
    yield End("another node", reserved("remote-node"), node=True)
    yield End("a node of the API", reserved("host", "kube-apiserver"), node=True)
    yield End("another node of the API", reserved("remote-node", "kube-apiserver"), node=True)
    yield End(INGRESS, reserved("ingress"))
    yield End("health", reserved("health"))
    yield End("an endpoint that begins", reserved("init"))
    yield End("what Cilium does not manage", reserved("unmanaged"))


def ends(
    pods: Iterable[Pod], spaces: Mapping[str, Mapping[str, str]], policies: Iterable[Policy]
) -> list[End]:
    """All of them; raises NotModelledError for a selector that can be met in too many ways."""
    policies = tuple(policies)
    known: dict[str, Mapping[str, str]] = {name: {} for name in KUBERNETES}
    known.update(spaces)
    for one in policies:
        if one.namespace:
            known.setdefault(one.namespace, {})
    found = [*fixed()]
    for pod in pods:
        if not pod.on_host:
            known.setdefault(pod.namespace, {})
            found.append(End(str(pod), pod.labels, pod.namespace, False, pod.ports, pod.name))
    given = {(end.namespace, frozenset(end.labels.items())) for end in found}
    made: list[End] = []
    for space in (*sorted(known), ANYWHERE):
        made.append(_end(space, known.get(space, {}), {}))
    made.append(_end(DNS_NAMESPACE, known[DNS_NAMESPACE], DNS_LABELS))
    keys = {
        ask.key
        for policy in policies
        for selector in _selectors(policy)
        for ask in selector.requirements
        if ask.source != "reserved" and not _given(ask.key)
    }
    made.extend(less for end in found if end.workload for less in _lacking(end, keys))
    for policy in policies:
        for selector in _selectors(policy):
            anywhere = selector.namespaces is None
            if anywhere or not any(selector.selects(end.labels) for end in found):
                made.extend(_meeting(selector, known, policy))
    for end in made:
        key = (end.namespace, frozenset(end.labels.items()))
        if key not in given:
            given.add(key)
            found.append(end)
    return found


def _end(space: str, of_space: Mapping[str, str], labels: Mapping[str, str]) -> End:
    said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    name = f"{space}/(pods with {said})" if said else f"{space}/(any pod)"
    return End(name, pod_labels(space, of_space, labels, "default"), space)


def _lacking(end: End, keys: set[str]) -> Iterator[End]:
    for source, key in end.labels:
        if key in keys:
            labels = {one: value for one, value in end.labels.items() if one != (source, key)}
            yield End(f"{end} without {key}", labels, end.namespace, False, end.ports)


def _given(key: str) -> bool:
    """Labels that Cilium gives, and nobody else can."""
    return key == NAMESPACE or key.startswith(GIVEN)


def _selectors(policy: Policy) -> Iterator[Selector]:
    if not policy.nodes:
        yield policy.subject
    for rule in policy.rules:
        yield from rule.peers.selectors


def _meeting(
    selector: Selector, known: Mapping[str, Mapping[str, str]], policy: Policy
) -> Iterator[End]:
    if any(one.source == "reserved" for one in selector.requirements):
        return
    asked: list[list[tuple[str, str]]] = []
    for one in selector.requirements:
        if _given(one.key):
            continue
        if one.operator == "In":
            asked.append([(one.key, value) for value in one.values])
        elif one.operator == "Exists":
            asked.append([(one.key, "any")])
    spaces = selector.namespaces or (ANYWHERE,)
    ways = list(islice(product(spaces, *asked), _MOST + 1))
    if len(ways) > _MOST:
        raise NotModelledError(
            f"{policy.file}:{policy.line}: {policy.name}: a selector that can be met in more than "
            f"{_MOST} ways: not modelled"
        )
    for space, *labels in ways:
        end = _end(str(space), known.get(str(space), {}), dict(_pairs(labels)))
        if selector.selects(end.labels):
            yield end


def _pairs(labels: Iterable[object]) -> Iterator[tuple[str, str]]:
    for one in labels:
        if isinstance(one, tuple):
            key, value = one
            yield str(key), str(value)
