"""What mutated policies let ends of a rendered cluster do that they did not, and the other way.

Ends are the pods that are rendered, each also without a label, a pod with just the labels that a
selector asks for, one without any in every namespace and in one that nobody knows, nodes, Cilium's
way in and its probe; outside, every address at a bound of a network.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from tests.tce.mutants.claims import BUILT_IN, DNS, SYSTEM, Change, Claims
from tests.tce.mutants.parse_policies import (
    NS,
    OTHER,
    TRANSPORTS,
    TYPES,
    End,
    Policy,
    Space,
    policies,
    relation,
)

NOWHERE = "nowhere"
"""A namespace that no document makes."""
_TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet", "Job")


@dataclass(frozen=True)
class Cluster:
    """Documents of a repository, and the specification's plain data."""

    files: Mapping[str, Sequence[Any]]
    said: Mapping[str, Any]

    @property
    def documents(self) -> Iterator[Any]:
        """All of them."""
        return (one for several in self.files.values() for one in several)

    def with_(self, file: str, text: str) -> Cluster:
        """With another text of one file."""
        return Cluster({**self.files, file: read(text)}, self.said)

    @property
    def spaces(self) -> set[str]:
        """Namespaces that a document makes."""
        return {one["metadata"]["name"] for one in self.documents if one.get("kind") == "Namespace"}


def read(text: str) -> tuple[Any, ...]:
    """Documents of a text."""
    return tuple(one for one in yaml.load_all(text, yaml.CSafeLoader) if one)


def cluster(files: Mapping[str, bytes], said: Mapping[str, Any]) -> Cluster:
    """Of a rendered repository."""
    known = {
        file: read(text.decode())
        for file, text in files.items()
        if file.startswith("k8s/") and file.endswith(".yaml")
    }
    return Cluster(known, said)


def changes(before: Cluster, after: Cluster) -> Iterator[Change]:
    """One for each end, direction and reason; raises NotUnderstoodError."""
    policies_of = [_policies(one) for one in (before, after)]
    every = [policy for several in policies_of for policy in several]
    ends = (*_inside(before, every), *_world(every))
    space = Space(ends, tuple(_ports(every)))
    was, now = (
        relation(several, _mode(one), space)
        for several, one in zip(policies_of, (before, after), strict=True)
    )
    yield from Claims(before.said, before.spaces, space).changes(was, now)


def _settings(of: Cluster) -> Mapping[str, Any]:
    """Values of Cilium's chart."""
    for one in of.documents:
        if one.get("kind") == "HelmChartConfig" and one["metadata"]["name"] == "rke2-cilium":
            values: Mapping[str, Any] = yaml.load(one["spec"]["valuesContent"], yaml.CSafeLoader)
            return values
    return {}


def _mode(of: Cluster) -> str:
    values = _settings(of)
    mode = str(values.get("policyEnforcementMode", "default"))
    return "never" if values.get("policyAuditMode") else mode


def _firewall(of: Cluster) -> bool:
    return bool(_settings(of).get("hostFirewall", {}).get("enabled"))


def _policies(of: Cluster) -> list[Policy]:
    found = [policy for one in of.documents for policy in _of_document(id(one), one)]
    firewall = _firewall(of)
    return [one for one in found if firewall or not one.nodes]


_KNOWN: dict[int, tuple[Any, tuple[Policy, ...]]] = {}


def _of_document(key: int, document: Any) -> tuple[Policy, ...]:
    """Read once for as long as the document lives in a cluster that is kept."""
    known = _KNOWN.get(key)
    if known is None or known[0] is not document:
        return tuple(policies(document))
    return known[1]


def keep(of: Cluster) -> Cluster:
    """Its documents are read once."""
    for one in of.documents:
        _KNOWN[id(one)] = (one, tuple(policies(one)))
    return of


def _pod(space: str, labels: Mapping[str, str], name: str = "", **more: Any) -> End:
    said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return End("pod", name or f"{space}/({said})", {**labels, NS: space}, space, **more)


def _rendered(of: Cluster) -> Iterator[End]:
    for one in of.documents:
        if one.get("kind") in _TEMPLATES:
            template = one["spec"]["template"]
            space, name = one["metadata"].get("namespace", "default"), one["metadata"]["name"]
            ports = {
                port["name"]: port["containerPort"]
                for container in template["spec"]["containers"]
                for port in container.get("ports", ())
            }
            full = f"{space}/{name}"
            yield _pod(space, template["metadata"]["labels"], full, ports=ports, workload=full)


def _inside(of: Cluster, every: Sequence[Policy]) -> Iterator[End]:
    """Without those that say the same of themselves."""
    asked = [_choice(asks) for policy in every for asks in _selectors(policy)]
    keys = {key for labels, _ in asked for key in labels}
    spaces = {NOWHERE, SYSTEM, *BUILT_IN, *of.spaces, *(one for _, named in asked for one in named)}
    rendered = tuple(_rendered(of))
    found = [
        End("node", "a node", {"reserved:host": ""}),
        End("node", "another node", {"reserved:remote-node": ""}),
        End("node", "a node of the API", {"reserved:host": "", "reserved:kube-apiserver": ""}),
        End(
            "node",
            "another node of the API",
            {"reserved:remote-node": "", "reserved:kube-apiserver": ""},
        ),
        End("ingress", "ingress", {"reserved:ingress": ""}),
        End("health", "health", {"reserved:health": ""}),
        *rendered,
        _pod(SYSTEM, DNS),
        *(_pod(space, {}) for space in sorted(spaces)),
    ]
    for labels, named in asked:
        found += [_pod(space, labels) for space in named or sorted(spaces)]
    for one in rendered:
        own = {key: value for key, value in one.labels.items() if key != NS}
        for key in sorted(keys & set(own)):
            less = {other: value for other, value in own.items() if other != key}
            found.append(_pod(one.space, less, f"{one.name} without {key}", ports=one.ports))
    given: set[tuple[Any, ...]] = set()
    for one in found:
        same = (one.kind, *sorted(one.labels.items()))
        if same not in given:
            given.add(same)
            yield one


def _selectors(policy: Policy) -> Iterator[Any]:
    yield policy.subject
    for entry in policy.entries:
        for kind, said in entry.peers or ():
            if kind == "ends":
                yield said


def _choice(asks: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """Labels that meet a selector, and the namespaces that it names."""
    labels: dict[str, str] = {}
    named: tuple[str, ...] = ()
    for operator, key, values in asks:
        if operator == "In" and key == NS:
            named = values
        elif key != NS and not key.startswith("reserved:") and operator in ("In", "Exists"):
            labels[key] = values[0] if values else "any"
    return labels, named


def _world(every: Iterable[Policy]) -> Iterator[End]:
    """Of all addresses between two bounds the first."""
    bounds = {4: {0, 1 << 32}, 6: {0, 1 << 128}}
    for policy in every:
        for entry in policy.entries:
            for kind, said in entry.peers or ():
                if kind == "network":
                    first, last = int(said.network_address), int(said.broadcast_address)
                    bounds[said.version] |= {first, last + 1}
    for family, several in bounds.items():
        for number in sorted(several)[:-1]:
            made = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
            yield End("world", str(made(number)), address=(family, number))


def _ports(every: Iterable[Policy]) -> Iterator[tuple[str, int]]:
    bounds = {
        **{one: {0, 65_536} for one in TRANSPORTS},
        **{one: {0, 256} for one in TYPES.values()},
    }
    for policy in every:
        for entry in policy.entries:
            for protocol, first, last, _ in entry.ports or ():
                bounds[protocol] |= {first, last + 1}
    for protocol, several in bounds.items():
        yield from ((protocol, one) for one in sorted(several)[:-1])
    yield OTHER, 0
