"""One role of a stack: the objects it consists of, whom it calls and who may call it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import Object


@dataclass(frozen=True)
class Beside:
    """Pods of another namespace that a role calls, or is called by."""

    namespace: str
    port: int
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Component:
    """A role, such as the database; its software, such as PostgreSQL."""

    role: str
    software: str
    objects: Sequence[Object] = field(hash=False)
    ports: Mapping[str, int] = field(default_factory=dict, hash=False)
    calls: Sequence[tuple[str, str]] = ()
    """Other roles of the same stack, and the name of their port."""
    beside: Sequence[Beside] = ()
    entered: bool = False
    """The site's ingress controller passes requests on to it."""


def policies(place: Place, components: Sequence[Component]) -> Iterator[Object]:
    """One NetworkPolicy for each role: exactly who calls it, exactly whom it calls.

    DNS, the project's buckets and what its exceptions name are let out for the whole namespace.
    """
    by_role = {one.role: one for one in components}
    for one in components:
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {
                "name": place.name(one.role),
                "namespace": place.namespace,
                "labels": place.labels(one.role, one.software),
            },
            "spec": {
                "podSelector": {"matchLabels": place.selector(one.role, one.software)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": list(_from(place, one, components)),
                "egress": list(_to(place, one, by_role)),
            },
        }


def _from(place: Place, one: Component, components: Iterable[Component]) -> Iterator[Object]:
    for port in one.ports:
        callers = [other for other in components if (one.role, port) in other.calls]
        peers: list[Object] = [
            {"podSelector": {"matchLabels": place.selector(other.role, other.software)}}
            for other in callers
        ]
        if one.entered:
            peers.append(
                {"namespaceSelector": {"matchLabels": _named(place.site.network.gateway_namespace)}}
            )
        if peers:
            yield {"from": peers, "ports": [{"port": port, "protocol": "TCP"}]}


def _to(place: Place, one: Component, by_role: Mapping[str, Component]) -> Iterator[Object]:
    for role, port in one.calls:
        called = by_role[role]
        yield {
            "to": [{"podSelector": {"matchLabels": place.selector(role, called.software)}}],
            "ports": [{"port": called.ports[port], "protocol": "TCP"}],
        }
    for other in one.beside:
        pods: Object = {"podSelector": {"matchLabels": dict(other.labels)}} if other.labels else {}
        yield {
            "to": [{"namespaceSelector": {"matchLabels": _named(other.namespace)}, **pods}],
            "ports": [{"port": other.port, "protocol": "TCP"}],
        }


def _named(namespace: str) -> dict[str, str]:
    return {"kubernetes.io/metadata.name": namespace}
