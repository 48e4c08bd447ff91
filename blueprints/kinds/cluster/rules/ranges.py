"""Addresses inside of a cluster, and what its network of pods can do."""

import ipaddress
from collections.abc import Iterator

from blueprints.kinds.cluster.mtu import overlay
from blueprints.kinds.cluster.rules.estate import Estate, Placed
from blueprints.kinds.cluster.spans import Span, span
from blueprints.parts.refuse import Place, Problem

_NODE_MASK = {4: 24, 6: 64}
"""Each node gets one such network of pods: the controller manager's and RKE2's default."""
_DNS = 10
"""The service address that RKE2 gives to the cluster's DNS."""


def problems(estate: Estate) -> Iterator[Problem]:
    """Every range that cannot hold what it has to, or hides what pods have to reach."""
    outside = list(_outside(estate))
    for index, cluster in enumerate(estate.spec.clusters):
        at: Place = ("clusters", index)
        ranges, cni = cluster.ranges, cluster.cni
        pods, services = span(ranges.pods), span(ranges.services)
        if cni.name == "canal" and cni.encryption == "wireguard":
            key = "encryption" if "encryption" in cni.model_fields_set else "name"
            yield (
                (*at, "cni", key),
                "canal encrypts nothing between nodes; "
                "take cilium or calico, or say encryption: none",
            )
        if pods.version != services.version:
            yield (
                (*at, "ranges", "services"),
                f"{ranges.services} is IPv{services.version} and pods have IPv{pods.version}; "
                "a cluster has one family",
            )
        if pods.overlaps(services):
            yield (
                (*at, "ranges", "services"),
                f"{ranges.services} overlaps with that of pods ({ranges.pods})",
            )
        if services.last - services.first < _DNS:
            yield (
                (*at, "ranges", "services"),
                f"{ranges.services} has no tenth address, which is the cluster's DNS",
            )
        for key, text, mine in (
            ("pods", ranges.pods, pods),
            ("services", ranges.services, services),
        ):
            for theirs, name, shown in outside:
                if mine.overlaps(theirs):
                    yield (
                        (*at, "ranges", key),
                        f"{text} overlaps with {name} ({shown}), which pods could not reach then",
                    )
        if f".{estate.site.domain}".endswith(f".{ranges.domain}"):
            yield (
                (*at, "ranges", "domain"),
                f"{ranges.domain} holds the site's own {estate.site.domain}: "
                "the cluster's DNS would answer for it, and know nothing",
            )
    for placed in estate.placed:
        yield from _nodes(estate, placed)


def _outside(estate: Estate) -> Iterator[tuple[Span, str, str]]:
    site = estate.site
    named: list[tuple[str, str | None]] = [
        *((f"the network {one.name}", one.cidr) for one in site.networks),
        ("Rancher", site.rancher.address),
        ("ArgoCD", site.argocd.address),
        ("the secret store", site.secrets.address),
        ("the mirror", site.mirror.address if site.mirror else None),
        ("Ceph", site.ceph.cidr if site.ceph else None),
        ("the name server", site.dns.address if site.dns else None),
        ("MAAS", site.maas.address if site.maas else None),
        *(("clients", one) for one in site.clients),
        *(("a resolver", one) for one in site.resolvers),
    ]
    for name, text in named:
        if text is not None:
            yield span(text), name, text


def _nodes(estate: Estate, placed: Placed) -> Iterator[Problem]:
    cluster = placed.cluster
    pods = ipaddress.ip_network(cluster.ranges.pods)
    networks = estate.networks_of(placed)
    families = {name: span(one.cidr).version for name, one in networks.items()}
    for name, version in families.items():
        if version != pods.version:
            yield (
                _place(estate, placed, name),
                f"{name} is IPv{version} and pods have IPv{pods.version} (ranges.pods); "
                "nodes and pods are of one family",
            )
    room = 2 ** max(0, _NODE_MASK[pods.version] - pods.prefixlen)
    nodes = sum(pool.size for _, pool in placed.pools())
    if pods.prefixlen > _NODE_MASK[pods.version] or nodes > room:
        room = room if pods.prefixlen <= _NODE_MASK[pods.version] else 0
        yield (
            _ranges(placed),
            f"{pods} has room for the pods of {room} nodes (a /{_NODE_MASK[pods.version]} each), "
            f"and {placed.id} has {nodes}",
        )
    mtu = cluster.cni.mtu
    if mtu is None or not networks:
        return
    narrowest = min(networks.values(), key=lambda one: one.mtu)
    around = overlay(cluster.cni, pods.version)
    if mtu + around > narrowest.mtu:
        yield (
            (*placed.at[:2], "cni", "mtu"),
            f"{mtu} is too large for {placed.id}: {narrowest.name} carries {narrowest.mtu}, "
            f"of which the overlay takes {around}; say {narrowest.mtu - around} or less",
        )


def _ranges(placed: Placed) -> Place:
    return (*placed.at[:2], "ranges", "pods")


def _place(estate: Estate, placed: Placed, name: str) -> Place:
    if placed.deployment.network == name:
        return (*placed.at, "network")
    for at, pool in placed.pools():
        network = estate.network(pool)
        if network is not None and network.name == name:
            return (*at, "vcluster" if pool.flavour == "hpc" else "network")
    return placed.at
