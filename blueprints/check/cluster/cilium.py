"""Cilium's policies in the words of a NetworkPolicy, for whoever asks who may speak to whom.

Only what pods and entities may do is said; addresses and names of domains are no pods. Source:
docs.cilium.io, "Layer 3 Examples", "Layer 4 Examples": an empty rule closes and opens nothing.
"""

from collections.abc import Iterator, Mapping

from blueprints.check.cluster.selector import selects
from blueprints.check.cluster.shape import (
    Path,
    at,
    mapping,
    mappings,
    number,
    sequence,
    text,
    texts,
)
from blueprints.check.documents import Object

KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
SPACE = "io.kubernetes.pod.namespace"
_ANYBODY = ("all", "cluster")
_SOURCES = ("k8s:", "any:")
_DEFAULT = {"ingress": "Ingress", "egress": "Egress"}
Rule = tuple[Path, tuple[dict[str, object], ...] | None, tuple[dict[str, object], ...] | None]


def directions(policy: Object) -> tuple[str, ...]:
    """Those that it closes but for its rules."""
    return tuple(
        name
        for field, name in _DEFAULT.items()
        if at(policy.data, "spec", field) is not None
        and at(policy.data, "spec", "enableDefaultDeny", field) is not False
    )


def chosen(policy: Object, namespace: str, labels: Mapping[str, str]) -> bool:
    """Whether it selects a pod of a namespace; one for nodes selects none."""
    selector = at(policy.data, "spec", "endpointSelector")
    return meets(selector, namespace, labels)


def meets(selector: object, namespace: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector of endpoints matches a pod, by its labels and its namespace."""
    return selects(_bare(selector), {**labels, SPACE: namespace})


def names_space(selector: object) -> bool:
    """Whether it says of which namespaces: if not, a policy of a namespace means its own."""
    bare = _bare(selector)
    if not isinstance(bare, dict):
        return False
    said = {*mapping(bare, "matchLabels")}
    said |= {text(one, "key") for _, one in mappings(bare, "matchExpressions")}
    return any(SPACE in key for key in said)


def _bare(selector: object) -> object:
    """Without the source of a label; ``reserved:`` stays, and no pod has such a label."""
    if not isinstance(selector, dict):
        return selector
    said: dict[str, object] = {}
    if "matchLabels" in selector:
        said["matchLabels"] = {
            _key(key): value for key, value in mapping(selector, "matchLabels").items()
        }
    if "matchExpressions" in selector:
        said["matchExpressions"] = [
            {**one, "key": _key(text(one, "key"))}
            for _, one in mappings(selector, "matchExpressions")
        ]
    return said


def _key(key: str) -> str:
    return next((key[len(one) :] for one in _SOURCES if key.startswith(one)), key)


def rules(policy: Object, direction: str) -> Iterator[Rule]:
    """Place, peers and ports of each rule; None for everybody and every port."""
    field = direction.lower()
    side = "from" if field == "ingress" else "to"
    for index, rule in mappings(policy.data, "spec", field):
        if rule:
            yield ("spec", field, index), _peers(rule, side), _ports(rule)


def _peers(rule: dict[str, object], side: str) -> tuple[dict[str, object], ...] | None:
    found: list[dict[str, object]] = []
    for one in sequence(rule, f"{side}Endpoints"):
        found.append({"endpoints": one})
    for name in texts(rule, f"{side}Entities"):
        found.append({"endpoints": {}} if name in _ANYBODY else {"entity": name})
    said = [key for key in rule if key.startswith(side) and key != "toPorts"]
    return tuple(found) if said else None


def _ports(rule: dict[str, object]) -> tuple[dict[str, object], ...] | None:
    if "toPorts" not in rule:
        return () if "icmps" in rule else None
    found: list[dict[str, object]] = []
    for _, block in mappings(rule, "toPorts"):
        for _, port in mappings(block, "ports"):
            said = text(port, "port")
            both = ("TCP", "UDP") if (text(port, "protocol") or "ANY") == "ANY" else ()
            for protocol in both or (text(port, "protocol"),):
                entry: dict[str, object] = {"protocol": protocol}
                entry["port"] = int(said) if said.isdecimal() else said
                last = number(port, "endPort")
                found.append(entry if last is None else {**entry, "endPort": last})
    return tuple(found)
